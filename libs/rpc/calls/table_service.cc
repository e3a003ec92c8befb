#include "libs/rpc/calls/table_service.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace athena::rpc {

using grpc::ByteBuffer;
using grpc::CallbackServerContext;

TableService::TableService(ServerCore& core, ServiceTable table) {
  paths_.reserve(table.methods.size());  // the texts must not move
  for (Method& row : table.methods) {
    auto& bound = methods_.emplace_back(std::make_unique<BoundMethod>());
    bound->service = table.service;
    bound->method = std::move(row);
    if (core.options().observe) {
      bound->observer = core.options().observe(bound->service, bound->method);
    }
    BoundMethod* const method = bound.get();
    paths_.push_back(absl::StrCat("/", table.service, "/", method->method.name));
    grpc::internal::RpcMethod::RpcType type = grpc::internal::RpcMethod::NORMAL_RPC;
    grpc::internal::MethodHandler* handler = nullptr;
    switch (method->method.shape) {
      case Method::Shape::kUnary:
        handler = new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
            [&core, method](CallbackServerContext* context, const ByteBuffer* request,
                            ByteBuffer* response) {
              return AcceptUnary(core, *method, context, request, response);
            });
        break;
      case Method::Shape::kPages:
      case Method::Shape::kWatch:
        type = grpc::internal::RpcMethod::SERVER_STREAMING;
        handler = new grpc::internal::CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>(
            [&core, method](CallbackServerContext* context, const ByteBuffer* request) {
              return AcceptStream(core, *method, context, request);
            });
        break;
      case Method::Shape::kBidi:
        type = grpc::internal::RpcMethod::BIDI_STREAMING;
        handler = new grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>(
            [&core, method](CallbackServerContext* context) {
              return AcceptBidi(core, *method, context);
            });
        break;
    }
    AddMethod(new grpc::internal::RpcServiceMethod(paths_.back().c_str(), type, nullptr));
    MarkMethodRawCallback(static_cast<int>(methods_.size()) - 1, handler);
  }
}

}  // namespace athena::rpc
