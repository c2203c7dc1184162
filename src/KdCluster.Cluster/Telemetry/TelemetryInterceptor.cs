using Grpc.Core;
using Grpc.Core.Interceptors;
using KdCluster.Cluster.Services;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Telemetry;

/// <summary>Stands around every served call: its time and how it ended, as gRPC says it. ASP.NET Core, whose span the call has, knows 200 only.</summary>
internal sealed class TelemetryInterceptor(TimeProvider time, ILogger<TelemetryInterceptor> log) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync(context, () => Then(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        AroundAsync(context, () => Then(continuation(requestStream, responseStream, context)));

    private static async Task<bool> Then(Task task)
    {
        await task;
        return true;
    }

    private async Task<T> AroundAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        string method = context.Method.TrimStart('/');
        long since = time.GetTimestamp();
        StatusCode code = StatusCode.Unknown;
        RpcMetrics.Began(method);
        try
        {
            T result = await call();
            code = context.Status.StatusCode;
            return result;
        }
        catch (RpcException e)
        {
            code = e.StatusCode;
            throw;
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            // What a method did not expect, said here once: what the package says of the same is not listened to (LogHosting).
            log.CallFailed(method, e);
            throw;
        }
        finally
        {
            RpcMetrics.Ended(method, code, time.GetElapsedTime(since));
        }
    }
}
