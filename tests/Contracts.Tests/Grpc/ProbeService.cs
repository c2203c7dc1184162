using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;

namespace KdCluster.Tests.GrpcWire;

/// <summary>Behaves as the request's text says; the word before the first colon is the behaviour, the rest its argument.</summary>
public sealed class ProbeService(ProbeState state, ProbeScope scope) : Probe.ProbeBase
{
    public override async Task<Answer> Echo(Ask request, ServerCallContext context)
    {
        var (what, argument) = Split(request.Text);
        switch (what)
        {
            case "status":
                throw new RpcException(new Status((StatusCode)request.Number, argument), new Metadata { { "reason", "asked" }, { "raw-bin", [0, 255, 7] } });
            case "set-status":
                context.Status = new Status((StatusCode)request.Number, argument);
                break;
            case "throw":
                throw new InvalidOperationException(argument);
            case "null":
                return null!;
            case "wait":
                await WaitAsync(argument, context);
                break;
            case "headers":
                await context.WriteResponseHeadersAsync(new Metadata { { "early", context.RequestHeaders.GetValue("early")! }, { "early-bin", context.RequestHeaders.GetValueBytes("early-bin")! } });
                context.ResponseTrailers.Add("late", "yes");
                context.ResponseTrailers.Add("late-bin", [1, 2, 0]);
                break;
            case "describe":
                return new Answer { Text = string.Join('|', context.Method, context.Host, context.Peer, context.Deadline.ToString("O"), context.GetHttpContext().Request.Protocol, scope.Id) };
        }

        return new Answer { Number = request.Number, Text = request.Text, Payload = request.Size > 0 ? ByteString.CopyFrom(new byte[request.Size]) : request.Payload };
    }

    public override async Task Count(Ask request, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        var (what, argument) = Split(request.Text);
        var payload = ByteString.CopyFrom(new byte[request.Size]);
        try
        {
            for (var i = 0; i < request.Count; i++)
            {
                await responseStream.WriteAsync(new Answer { Number = i, Payload = payload });
                state.CountSent();
            }
        }
        catch (Exception exception) when (what == "watch")
        {
            state.Raise(argument, exception.GetType().Name);
            throw;
        }

        switch (what)
        {
            case "wait":
                await WaitAsync(argument, context);
                break;
            case "die":
                context.GetHttpContext().Features.Get<IConnectionLifetimeFeature>()!.Abort();
                await WaitAsync(argument, context);
                break;
            case "fail":
                throw new RpcException(new Status(StatusCode.DataLoss, argument), new Metadata { { "at", request.Count.ToString() } });
        }
    }

    public override async Task<Answer> Collect(IAsyncStreamReader<Ask> requestStream, ServerCallContext context)
    {
        var (count, bytes) = (0, 0L);
        await foreach (var ask in requestStream.ReadAllAsync())
        {
            count++;
            bytes += ask.Payload.Length;
            switch (Split(ask.Text).What)
            {
                case "enough":
                    return new Answer { Number = count, Text = "enough" };
                case "refuse":
                    throw new RpcException(new Status(StatusCode.FailedPrecondition, "refused"));
            }
        }

        return new Answer { Number = count, Text = bytes.ToString(CultureInfo.InvariantCulture) };
    }

    public override async Task Chat(IAsyncStreamReader<Ask> requestStream, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        var watched = "";
        try
        {
            await foreach (var ask in requestStream.ReadAllAsync())
            {
                var (what, argument) = Split(ask.Text);
                watched = what == "watch" ? argument : watched;
                await responseStream.WriteAsync(new Answer { Number = ask.Number, Text = ask.Text, Payload = ask.Payload });
            }
        }
        catch (Exception) when (watched.Length > 0)
        {
            state.Raise(watched, context.CancellationToken.IsCancellationRequested ? "cancelled" : "failed");
            throw;
        }
    }

    /// <summary>Until the call is cancelled, which the test awaits by that name.</summary>
    private async Task WaitAsync(string name, ServerCallContext context)
    {
        state.Raise(name + ":started");
        var cancelled = new TaskCompletionSource();
        await using var registration = context.CancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
        state.Raise(name + ":cancelled");
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    private static (string What, string Argument) Split(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
    }
}

/// <summary>One per call.</summary>
public sealed class ProbeScope : IDisposable
{
    private static int _disposed;

    public static int Disposed => Volatile.Read(ref _disposed);

    public string Id { get; } = Guid.NewGuid().ToString();

    public void Dispose() => Interlocked.Increment(ref _disposed);
}
