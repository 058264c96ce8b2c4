#include "gateway/intake.hpp"

#include <algorithm>
#include <set>

#include "consent/document.hpp"
#include "fhir/elements.hpp"
#include "gateway/references.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;

bool is_uuid(std::string_view text) {
    return consent::uuid_of(text).has_value();
}

// One entry while the Bundle is read.
struct Draft {
    std::size_t entry = 0;
    std::string full_url, old_name; // "Observation/12" as it was sent; empty without an id
    Incoming incoming;
    std::optional<Error> refused;
};

std::string place_of(std::size_t entry) {
    return "Bundle.entry[" + std::to_string(entry) + "]";
}

class BundleReader {
public:
    BundleReader(const json::object& bundle, const Direction& direction, const GatewayKeys& keys)
        : bundle_(bundle), direction_(direction), keys_(keys) {}

    Result<Intake> read() {
        SALUS_TRY(read_kind());
        for (std::size_t i = 0; i < entries_->size(); ++i) {
            SALUS_TRY(note(i, read_entry(i, (*entries_)[i])));
        }
        SALUS_TRY(find_own_patient());
        SALUS_TRY(give_ids());
        for (Draft& draft : drafts_) {
            if (!draft.refused) SALUS_TRY(note(draft, resolve(draft)));
        }
        SALUS_TRY(distribute());
        return std::move(out_);
    }

private:
    bool is_batch() const { return out_.kind == "batch"; }
    // In a batch an entry's refusal is its own; else it is that of the whole.
    Status note(Draft& draft, Status status) {
        if (status.ok()) return status;
        draft.refused = std::move(status).error().at(place_of(draft.entry));
        if (!is_batch()) return *draft.refused;
        out_.refused.push_back({draft.entry, *draft.refused});
        return ok_status();
    }
    Status note(std::size_t entry, Result<Draft> draft) {
        if (draft.ok()) {
            drafts_.push_back(std::move(*draft));
            return ok_status();
        }
        Error error = std::move(draft).error().at(place_of(entry));
        if (!is_batch()) return error;
        out_.refused.push_back({entry, std::move(error)});
        return ok_status();
    }

    Status read_kind() {
        if (fhir::text_of(bundle_, "resourceType") != "Bundle") {
            return Error(kBadBundle, "here goes a Bundle");
        }
        out_.kind = fhir::text_of(bundle_, "type");
        if (out_.kind != "transaction" && out_.kind != "batch" && out_.kind != "collection") {
            return Error(kBadBundle, "type: transaction, batch or collection");
        }
        const Json* entries = codec::json_find(bundle_, "entry");
        static const json::array kNone;
        if (entries != nullptr && !entries->is_array()) return Error(kBadBundle, "entry: a list");
        entries_ = entries == nullptr ? &kNone : &entries->get_array();
        if (entries_->size() > kMaxBundle) return Error(kBadBundle, "at most 100,000 entries");
        out_.entries = entries_->size();
        return ok_status();
    }

    Result<Draft> read_entry(std::size_t index, const Json& item) {
        if (!item.is_object()) return Error(kBadBundle, "an entry is an object");
        const json::object& entry = item.get_object();
        const json::object* resource = fhir::object_of(entry, "resource");
        Draft out;
        out.entry = out.incoming.entry = index;
        out.full_url = fhir::text_of(entry, "fullUrl");
        SALUS_TRY(read_request(entry, out));
        if (resource == nullptr) return Error(kBadBundle, "an entry without a resource");
        SALUS_TRY(check_resource(*resource));
        out.incoming.resource = *resource;
        drop_server_meta(out.incoming.resource);
        out.incoming.type = fhir::text_of(*resource, "resourceType");
        const std::string id = fhir::text_of(*resource, "id");
        if (!id.empty()) out.old_name = out.incoming.type + "/" + id;
        if (!out.full_url.empty() && !urls_.insert(out.full_url).second) {
            return Error(kBadBundle, "two entries of the Bundle have this fullUrl");
        }
        if (out.incoming.update && out.incoming.id != id) {
            return Error(kOtherId, "the id of the URL and of the resource");
        }
        return out;
    }
    // Sets what a PUT names.
    Status read_request(const json::object& entry, Draft& out) {
        const json::object* request = fhir::object_of(entry, "request");
        if (out_.kind == "collection") return ok_status();
        if (request == nullptr) return Error(kBadBundle, "request: in transaction and batch");
        const std::string method = fhir::text_of(*request, "method");
        if (method != "POST" && method != "PUT") return Error(kBundleMethod);
        for (const char* key : {"ifNoneExist", "ifNoneMatch", "ifModifiedSince"}) {
            if (request->contains(key)) return Error(kConditional, key);
        }
        out.incoming.update = method == "PUT";
        if (!out.incoming.update) return ok_status();
        const std::string url = fhir::text_of(*request, "url");
        if (url.find('?') != url.npos) return Error(kConditional, "a PUT by a search");
        out.incoming.id = url.substr(std::min(url.size(), url.rfind('/') + 1));
        if (request->contains("ifMatch")) {
            out.incoming.if_match = version_of_tag(fhir::text_of(*request, "ifMatch"));
        }
        return ok_status();
    }

    // The Patient whose Bundle this is: the one whom the caller named, or whose id is enrolled.
    Status find_own_patient() {
        std::vector<Draft*> patients;
        for (Draft& draft : drafts_) {
            if (draft.incoming.type == "Patient") patients.push_back(&draft);
        }
        if (direction_.named != nullptr) {
            const auto is_named = [&](const Draft* draft) {
                return draft->old_name == "Patient/" + direction_.named->id;
            };
            const auto same = std::find_if(patients.begin(), patients.end(), is_named);
            if (same != patients.end()) {
                own_.emplace((*same)->entry, *direction_.named);
            } else if (patients.size() == 1) {
                own_.emplace(patients[0]->entry, *direction_.named);
            } else if (patients.size() > 1) {
                return Error(kWhichPatient, "several Patients, and none has the id of the named");
            }
            return ok_status();
        }
        for (Draft* draft : patients) {
            if (draft->old_name.empty()) continue;
            auto known = direction_.by_id(std::string_view(draft->old_name).substr(8));
            if (known.ok()) own_.emplace(draft->entry, std::move(*known));
        }
        return ok_status();
    }

    // And what each entry is referred to by.
    Status give_ids() {
        std::set<std::string> names;
        for (Draft& draft : drafts_) {
            SALUS_TRY(note(draft, give_id(draft)));
            if (draft.refused) continue;
            const std::string name = draft.incoming.type + "/" + draft.incoming.id;
            if (!names.insert(name).second) SALUS_TRY(note(draft, Status(Error(kTwice))));
            if (!draft.full_url.empty()) targets_[draft.full_url] = name;
            if (!draft.old_name.empty() && draft.old_name != name) targets_[draft.old_name] = name;
        }
        return ok_status();
    }
    Status give_id(Draft& draft) {
        Incoming& in = draft.incoming;
        if (const auto own = own_.find(draft.entry); own != own_.end()) {
            in.id = own->second.id;
        } else if (in.type == "Patient") {
            return Error(kWhichPatient, "a Patient who is not the one named");
        } else if (in.update) {
            if (!is_uuid(in.id)) return Error(kIdNotUuid);
        } else {
            const std::string id = fhir::text_of(in.resource, "id");
            const bool keeps = is_uuid(id) && (draft.full_url == "urn:uuid:" + id ||
                                               draft.full_url.ends_with("/" + in.type + "/" + id));
            in.id = keeps ? id : derived(draft);
        }
        in.resource["id"] = in.id;
        return ok_status();
    }
    std::string derived(const Draft& draft) const {
        const Hash32 content = content_of(draft.incoming.resource);
        const std::string where =
            draft.full_url.empty() ? std::to_string(draft.entry) : draft.full_url;
        return consent::uuid_text(
            keys_.id("resource", {view(draft.incoming.type), view(where), content.bytes}));
    }

    Status resolve(Draft& draft) {
        const ReferenceMap map{targets_, direction_.base};
        return resolve_references(draft.incoming.resource, map);
    }

    // Each resource to its patient.
    Status distribute() {
        std::map<std::string, EnrolledPatient> known;
        std::set<std::string> named;
        if (direction_.named != nullptr) known[direction_.named->id] = *direction_.named;
        for (const auto& [entry, patient] : own_) known[patient.id] = patient;
        for (const Draft& draft : drafts_) {
            for (const std::string& name : patients_in(draft.incoming.resource)) {
                const std::string id = name.substr(8);
                if (known.contains(id)) continue;
                auto found = direction_.by_id(id);
                if (found.ok()) known[id] = std::move(*found);
            }
        }
        for (Draft& draft : drafts_) {
            if (draft.refused) continue;
            auto whose = whose_is(draft, known);
            if (!whose.ok()) {
                SALUS_TRY(note(draft, std::move(whose).error()));
                continue;
            }
            put(known.at(*whose), std::move(draft.incoming));
        }
        const bool several = out_.patients.size() > 1 && !is_batch();
        if (several) return Error(kOtherPatient, "a transaction or collection is of one patient");
        return ok_status();
    }
    Result<std::string> whose_is(const Draft& draft,
                                 const std::map<std::string, EnrolledPatient>& known) const {
        if (const auto own = own_.find(draft.entry); own != own_.end()) {
            return own->second.id;
        }
        const auto names = patients_in(draft.incoming.resource);
        if (names.size() > 1) return Error(kOtherPatient, "it is about two patients");
        if (names.empty()) { // an Organization, a Practitioner: of the one patient of the call
            if (known.size() == 1) return known.begin()->first;
            return Error(kWhichPatient, "it refers to no patient");
        }
        const std::string id = names.begin()->substr(8);
        if (!known.contains(id)) return Error(kWhichPatient, "a Patient who is not enrolled");
        const bool other = direction_.named != nullptr && id != direction_.named->id;
        if (other) return Error(kOtherPatient, "it is about another than the patient named");
        return id;
    }
    void put(const EnrolledPatient& patient, Incoming incoming) {
        for (PatientIntake& one : out_.patients) {
            if (one.patient.id == patient.id) {
                one.resources.push_back(std::move(incoming));
                return;
            }
        }
        out_.patients.push_back({patient, {}});
        out_.patients.back().resources.push_back(std::move(incoming));
    }

    const json::object& bundle_;
    const Direction& direction_;
    const GatewayKeys& keys_;
    Intake out_;
    const json::array* entries_ = nullptr;
    std::vector<Draft> drafts_;
    std::map<std::size_t, EnrolledPatient> own_; // by entry
    std::set<std::string> urls_;
    std::map<std::string, std::string> targets_;
};

} // namespace

Result<Intake> read_bundle(const json::object& bundle, const Direction& direction,
                           const GatewayKeys& keys) {
    return BundleReader(bundle, direction, keys).read();
}

} // namespace salus::gateway
