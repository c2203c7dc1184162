using Grpc.Core;
using KdCluster.Cli.CommandLine;
using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.V1;

namespace KdCluster.Cli.Silos;

/// <summary>Finds the silo that a command should talk to.</summary>
internal static class SiloFinder
{
    // For a busy machine; where nobody listens the answer comes at once.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The address that the command line or the environment names, else that of the home's live silo; null when there is none.</summary>
    /// <exception cref="KdException"><c>KD1706</c>: it is no address, or <c>--store</c> was given for a silo that has its own.</exception>
    public static async Task<string?> FindAsync(Invocation invocation, KdHome home, CancellationToken cancellationToken)
    {
        string? given = invocation.Value(CommonOptions.Silo);
        string? named = given ?? (invocation.Has(CommonOptions.Home) ? null : invocation.Context.Variable("KD_SILO"));
        if (named is not null)
            return Checked(invocation, named, given is null ? "KD_SILO" : "--silo");
        return await LiveAsync(invocation, home, cancellationToken).ConfigureAwait(false) is { } live ? Checked(invocation, live, home.SiloFile) : null;
    }

    /// <summary>The address of the home's silo, if it answers.</summary>
    public static async Task<string?> LiveAsync(Invocation invocation, KdHome home, CancellationToken cancellationToken)
    {
        if (HomeSilo.ReadLive(home.Folder) is not { } file)
            return null;
        await using var client = ClientAccess.Connect(invocation, file.Address);
        try
        {
            DateTime deadline = invocation.Context.Time.GetUtcNow().UtcDateTime + AnswerTimeout;
            await client.Cluster.DescribeAsync(new DescribeSiloRequest(), deadline: deadline, cancellationToken: cancellationToken).ConfigureAwait(false);
            return file.Address;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            return file.Address;   // it lives, and will say the same to the command itself
        }
        catch (RpcException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;   // another process got its number, or it is going down
        }
    }

    private static string Checked(Invocation invocation, string address, string place)
    {
        if (ClientAccess.Split(address) is not [_, ..] addresses || !addresses.All(IsAddress))
            throw new KdException("KD1706", $"'{address}' is not the address of a silo.", place, "Write http://host:port; separate several addresses by commas.");
        return invocation.Has(CommonOptions.Store)
            ? throw new KdException("KD1706", $"the silo at {address} has its own store.", "--store", "Leave out --store, or give it to kd silo.")
            : address;
    }

    private static bool IsAddress(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is ("http" or "https");
}
