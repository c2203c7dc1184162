using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using KdCluster.Client;
using KdCluster.V1;

namespace KdCluster.Cluster.Security;

/// <summary>Holds callers to the limits of their tokens, message by message, and ends a stream whose token is no longer one.</summary>
internal sealed class LimitInterceptor(AccessControl access, RowLimits rows, RunAdmission runs) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) => CodedAsync(async () =>
    {
        Caller caller = Begin(context);
        await CheckAsync(caller, request, streamed: false, context.CancellationToken);
        // A run that continues counts as one that begins.
        string? run = request is StartRunRequest start ? start.Id : request is RunId resumed && context.Method == "/kdcluster.v1.RunService/Resume" ? resumed.Id : null;
        await using RunAdmission.Place? place = run is null ? null : await runs.EnterAsync(caller, run);
        TResponse response = await continuation(request, context);
        if (place is not null && response is Run begun)
        {
            await place.KeepAsync(begun.Id);
        }

        return response;
    });

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) => CodedAsync(async () =>
    {
        Caller caller = Begin(context);
        await CheckAsync(caller, request, streamed: false, context.CancellationToken);
        await using RunAdmission.Place? place = request is StartRunRequest ? await runs.EnterAsync(caller, "", warm: true) : null;
        await continuation(request, new Writer<TResponse>(responseStream, Watch(context)), context);
        return true;
    });

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        CodedAsync(() => continuation(new Reader<TRequest>(requestStream, this, context), context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) => CodedAsync(async () =>
    {
        await continuation(new Reader<TRequest>(requestStream, this, context), responseStream, context);
        return true;
    });

    private static async Task<T> CodedAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (KdException e)
        {
            throw e.ToRpc();
        }
    }

    private static Caller Begin(ServerCallContext context)
    {
        UnreadMessage.MarkRead(context.GetHttpContext());
        return Caller.Of(context.GetHttpContext());
    }

    private async ValueTask CheckAsync(Caller caller, object message, bool streamed, CancellationToken cancellationToken)
    {
        if (caller.Limits.MessageBytes is { } most && message is IMessage sized && sized.CalculateSize() > most)
        {
            throw new KdException("KD1803", $"the message has {sized.CalculateSize()} bytes; token {caller.Id} may send {most}.", null, "Ask in parts.");
        }

        await rows.TakeAsync(caller, message, streamed, cancellationToken);
    }

    private sealed class Reader<T>(IAsyncStreamReader<T> inner, LimitInterceptor limits, ServerCallContext context) : IAsyncStreamReader<T>
        where T : class
    {
        private readonly Caller _caller = Begin(context);
        private readonly Action _stillHolds = limits.Watch(context);

        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                if (!await inner.MoveNext(cancellationToken))
                {
                    return false;
                }
            }
            catch (InvalidProtocolBufferException e)
            {
                throw new KdException([UnreadMessage.Error(context.Method)], e);
            }

            _stillHolds();
            await limits.CheckAsync(_caller, inner.Current, streamed: true, cancellationToken);
            return true;
        }
    }

    private sealed class Writer<T>(IServerStreamWriter<T> inner, Action stillHolds) : IServerStreamWriter<T>
        where T : class
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message)
        {
            stillHolds();
            return inner.WriteAsync(message);
        }

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            stillHolds();
            return inner.WriteAsync(message, cancellationToken);
        }
    }

    private Action Watch(ServerCallContext context) => access.Watch(context.GetHttpContext());
}
