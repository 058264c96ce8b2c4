#pragma once
// One request's decisions about many records, all by one standing. Internal to records; one thread.

#include <map>

#include "records/caller.hpp"
#include "records/consents.hpp"
#include "records/sealed_fact.hpp"

namespace salus::records {

class Judge {
public:
    Judge(Standing standing, const Patient& patient, const Caller& caller, consent::Action action,
          std::string purpose);

    const consent::Decision& of_key(const consent::FolderKey& key);
    // A record that is sealed to `key`, to be read. Grants of single records are asked for as well,
    // by the key that was made for them; what came furthest decides.
    consent::Decision of_record(const consent::FolderKey& key, const consent::RecordId& record);
    // Of a record that is not here, so that its absence is told to nobody else.
    consent::Decision of_absent(const consent::RecordId& record) { return of_record({}, record); }
    // As the owner or a guardian, or why not.
    const consent::Decision& as_owner() { return of_key({}); }
    // Nothing at all is for this requester, or now: the reason is as_owner()'s.
    bool is_barred() {
        return !as_owner().permit && as_owner().reason <= consent::Reason::requester_suspended;
    }
    bool accredited() const { return standing_.at.requester_accredited; }

private:
    consent::Decision decide(const consent::FolderKey& key,
                             const std::optional<consent::RecordId>& record);

    Standing standing_;
    consent::Request request_;
    std::map<consent::FolderKey, consent::Decision> known_;
};

// What is written down of a read that was permitted, but for the records.
ReadFact read_fact(const Caller& caller, std::string_view purpose, ReadAction action,
                   const consent::Decision& decision);

} // namespace salus::records
