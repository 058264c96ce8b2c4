// The client over TLS, against a server that this test makes with a certificate of its own.

#include <filesystem>
#include <fstream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <thread>

#include <gtest/gtest.h>

#include "http/client.hpp"

namespace salus::http {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

struct Identity {
    std::string key, certificate; // PEM
};

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
    std::string out(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
}

// Signed by itself, for the name "localhost".
Identity make_identity() {
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
    Identity out;
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    out.key = text_of(bio);
    bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    out.certificate = text_of(bio);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return out;
}

struct TlsTest : ::testing::Test {
    Identity identity = make_identity();
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    std::thread peer;
    fs::path ca_file =
        fs::path(::testing::TempDir()) / ("salus_tls_" + std::to_string(::getpid()) + ".pem");

    TlsTest() {
        std::ofstream(ca_file) << identity.certificate;
        peer = std::thread([this] { serve(); });
    }
    ~TlsTest() override {
        // A client that never came, for want of a name for this machine say, must not hold us up.
        boost::system::error_code ignored;
        asio::ip::tcp::socket(io).connect(acceptor.local_endpoint(), ignored);
        peer.join();
        fs::remove(ca_file);
    }
    void serve() {
        asio::ssl::context context(asio::ssl::context::tls_server);
        context.use_certificate_chain(asio::buffer(identity.certificate));
        context.use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
        asio::ssl::stream<asio::ip::tcp::socket> stream(io, context);
        boost::system::error_code failed;
        acceptor.accept(stream.next_layer(), failed);
        stream.handshake(asio::ssl::stream_base::server, failed);
        if (failed) return; // the client did not trust us
        asio::streambuf request;
        asio::read_until(stream, request, "\r\n\r\n", failed);
        const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
        asio::write(stream, asio::buffer(answer), failed);
    }
    Result<Response> get(const std::string& host, const std::string& trusted) {
        ClientOptions options;
        options.ca_file = trusted;
        options.retries = 0;
        Client client({true, host, acceptor.local_endpoint().port(), "/"}, options);
        return client.send({});
    }
};

TEST_F(TlsTest, ReadsFromAServerThatItTrusts) {
    const auto answer = get("localhost", ca_file);
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->body, "secret");
}

TEST_F(TlsTest, RefusesAnUnknownIssuer) {
    const auto answer = get("localhost", {});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind(), kTlsFailed);
}

TEST_F(TlsTest, RefusesAnotherName) {
    const auto answer = get("127.0.0.1", ca_file);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind(), kTlsFailed);
}

} // namespace
} // namespace salus::http
