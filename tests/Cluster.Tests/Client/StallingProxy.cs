using System.Net;
using System.Net.Sockets;

namespace KdCluster.Tests.Client;

/// <summary>Stands before a silo on loopback, and at a word keeps its connections and carries no byte more: a process that is frozen, a cable that is cut.</summary>
internal sealed class StallingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<TcpClient> _clients = [];
    private readonly Uri _silo;
    private readonly Task _accepting;
    private volatile bool _stalled;

    public StallingProxy(string silo)
    {
        _silo = new Uri(silo);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public void Stall() => _stalled = true;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _clients.ForEach(c => c.Dispose());
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient caller = await _listener.AcceptTcpClientAsync(_end.Token), silo = new();
                _clients.AddRange([caller, silo]);
                await silo.ConnectAsync(_silo.Host, _silo.Port, _end.Token);
                _ = CarryAsync(caller, silo);
                _ = CarryAsync(silo, caller);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Assert.True(_end.IsCancellationRequested, e.Message);
        }
    }

    private async Task CarryAsync(TcpClient from, TcpClient to)
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var count)
            {
                if (!_stalled)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _end.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            to.Close();   // an end that went away takes the other with it
        }
    }
}
