using System.Net;
using System.Net.Sockets;

namespace KdCluster.Tests.Redis;

/// <summary>Stands between a store and its server, and keeps back what is answered on connections that named a command.</summary>
internal sealed class LateProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _held = New(), _left = New(), _released = New();
    private readonly Task _accepting;
    private volatile byte[]? _command;

    /// <param name="server">Its port on this machine.</param>
    public LateProxy(int server)
    {
        _listener.Start();
        _accepting = AcceptAsync(server);
    }

    public string Address => $"redis://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>A connection is held back.</summary>
    public Task Held => _held.Task;

    /// <summary>The store has closed a connection that is or was held back.</summary>
    public Task Left => _left.Task;

    /// <summary>From the next time that a connection names the command, nothing is answered on it.</summary>
    public void Hold(string command) => _command = System.Text.Encoding.ASCII.GetBytes(command);

    /// <summary>Hands over what was kept back, and keeps back nothing more.</summary>
    public void Release()
    {
        _command = null;
        _released.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AcceptAsync(int server)
    {
        List<Task> served = [];
        try
        {
            while (true)
                served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), server));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient store, int server)
    {
        using (store)
        using (TcpClient there = new())
        {
            await there.ConnectAsync(IPAddress.Loopback, server);
            Task open = Task.CompletedTask;
            bool held = false;
            await Task.WhenAny(
                PumpAsync(store, there, bytes =>
                {
                    if (_command is { } command && bytes.Span.IndexOf(command) >= 0)
                    {
                        (open, held) = (_released.Task, true);
                        _held.TrySetResult();
                    }

                    return Task.CompletedTask;
                }),
                PumpAsync(there, store, _ => open.WaitAsync(_stop.Token)));
            if (held)
                _left.TrySetResult();
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, Task> before)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
            {
                await before(buffer.AsMemory(0, read));
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
