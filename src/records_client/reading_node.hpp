#pragma once
// A node as somebody who reads with a grant meets it: over HTTP (RecordsClient), or in the same
// process (a hospital's gateway beside its node).

#include "records/grants_wire.hpp"
#include "records/wire.hpp"

namespace salus::records_client {

class ReadingNode {
public:
    virtual ~ReadingNode() = default;

    virtual Result<records::ListAnswer> list(const Hash32& chain,
                                             const records::ListRequest& request) = 0;
    virtual Result<records::ReadAnswer> read(const Hash32& chain,
                                             const records::ReadRequest& request) = 0;
    virtual Result<records::ReencryptAnswer>
    reencrypt(const Hash32& chain, const records::ReencryptRequest& request) = 0;
};

} // namespace salus::records_client
