using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server;

/// <summary>What every handler of a server needs.</summary>
internal sealed class ServerSettings(IOptions<GrpcServiceOptions> options, ILoggerFactory loggers, TimeProvider? time = null)
{
    public GrpcServiceOptions Options { get; } = options.Value;

    public ILogger Logger { get; } = loggers.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");

    public TimeProvider Time { get; } = time ?? TimeProvider.System;
}
