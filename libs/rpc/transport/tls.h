#ifndef ATHENA_LIBS_RPC_TRANSPORT_TLS_H_
#define ATHENA_LIBS_RPC_TRANSPORT_TLS_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "libs/status/status.h"

// TLS of servers and of channels, from PEM files. gRPC reads the files again when they change, at
// the latest after kReadTlsFilesEvery, for the connections that are made from then on: nothing is
// restarted, and connections that are open stay so. A certificate and its key must change together,
// as by a symbolic link to their folder; while they do not fit each other, new connections fail.
//
// TLS 1.2 is the least that is spoken, and HTTP/2 is the only protocol.
namespace athena::rpc {

inline constexpr absl::Duration kReadTlsFilesEvery = absl::Seconds(1);
inline constexpr size_t kMaxTlsFileBytes = 1 << 20;  // a bundle of authorities has some 200 KiB

// Paths of PEM files; all empty: no TLS.
struct TlsFiles {
  std::string certificate;  // the certificate, followed by those between it and the authority
  std::string key;          // its private key, not encrypted
  std::string ca;           // the authorities of the other side; of channels, empty: the system's

  bool empty() const { return certificate.empty() && key.empty() && ca.empty(); }
};

// Whether callers of a server must show a certificate. One that is shown is always verified.
enum class ClientCertificates { kOptional, kRequired };

// Reads the files as gRPC will. Returns when the certificate expires; InfiniteFuture without one.
// Adds all faults by the flags that name the files, `prefix` + "certificate", "key" and "ca": a
// file that cannot be read, has no such PEM or, as key, may be read by everybody; a certificate
// without key or the other way round; a key of another certificate; a certificate that has expired.
// Thread-safe.
absl::Time CheckTls(const TlsFiles& files, std::string_view prefix, status::FieldFaults* faults);

// For files that CheckTls takes; a server has certificate and key. Without `ca` it asks callers for
// no certificate.
std::shared_ptr<grpc::ServerCredentials> TlsServerCredentials(const TlsFiles& files,
                                                              ClientCertificates required);
// The server must have a certificate for the host in the channel's address. `files` are not empty.
std::shared_ptr<grpc::ChannelCredentials> TlsChannelCredentials(const TlsFiles& files);

// Whether HOST:PORT, or unix:PATH, is on this machine alone: an address of 127.0.0.0/8, ::1,
// "localhost" or a socket.
bool IsLoopback(std::string_view address);

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_TRANSPORT_TLS_H_
