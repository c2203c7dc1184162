using KdCluster.Cli.CommandLine;
using KdCluster.Client;
using KdCluster.Cluster;

namespace KdCluster.Cli.Silos;

/// <summary>A silo to talk to: one that runs already, or one inside this process for as long as the command lasts.</summary>
internal sealed class SiloConnection : IAsyncDisposable
{
    private readonly IAsyncDisposable? _silo;

    private SiloConnection(KdClient client, KdHome home, IAsyncDisposable? silo, Invocation invocation)
    {
        (Client, Home, _silo) = (client, home, silo);
        Program = invocation.Context.Program;
        Options = Repeated(invocation);
    }

    /// <summary>The connection.</summary>
    public KdClient Client { get; }

    /// <summary>The home of the command line.</summary>
    public KdHome Home { get; }

    /// <summary>Whether the silo ends with this command, and its runs with it.</summary>
    public bool InProcess => _silo is not null;

    /// <summary>What another command line needs in order to find the same silo or home; empty or ending in a blank.</summary>
    private string Options { get; }

    private string Program { get; }

    /// <summary>Finds a silo, or starts one.</summary>
    public static async Task<SiloConnection> OpenAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        KdHome home = KdHome.Of(invocation);
        string? address = await SiloFinder.FindAsync(invocation, home, cancellationToken).ConfigureAwait(false);
        if (address is not null)
            return new SiloConnection(ClientAccess.Connect(invocation, address), home, null, invocation);
        KdSilo silo = await SiloStarter.StartInsideAsync(invocation, cancellationToken).ConfigureAwait(false);
        return new SiloConnection(ClientAccess.Connect(invocation, silo.Address), home, silo, invocation);
    }

    /// <summary>Finds a silo, or starts one, for as long as <paramref name="work"/> takes.</summary>
    public static async Task<int> UseAsync(Invocation invocation, CancellationToken cancellationToken, Func<SiloConnection, Task<int>> work)
    {
        SiloConnection silo = await OpenAsync(invocation, cancellationToken).ConfigureAwait(false);
        await using (silo.ConfigureAwait(false))
            return await work(silo).ConfigureAwait(false);
    }

    /// <summary>A command line that a user can paste to continue with the same silo or home.</summary>
    public string Line(string command) => $"{Program} {command}{Options}";

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        if (_silo is not null)
            await _silo.DisposeAsync().ConfigureAwait(false);
    }

    // What came from the environment is there for the next command too.
    private static string Repeated(Invocation invocation) => string.Concat(
        CommonOptions.Connection.Select(o => invocation.Value(o) is { } value ? $" {o.Name} {Secrets.Hide(value)}" : ""));
}
