#pragma once
// Proofs of a sealer's fault as files of <datadir>/follow.

#include <filesystem>

#include "follow/follower.hpp"

namespace salus::app {

class EvidenceFolder final : public follow::Evidence {
public:
    static Result<std::unique_ptr<EvidenceFolder>> open(const std::filesystem::path& folder);

    Status save(const std::string& name, const std::string& text) override;
    Result<std::map<std::string, std::string>> load() override; // every *.json

private:
    explicit EvidenceFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    const std::filesystem::path folder_;
};

} // namespace salus::app
