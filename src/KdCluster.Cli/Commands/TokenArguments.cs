using KdCluster.Cli.CommandLine;
using KdCluster.Cluster.Security;

namespace KdCluster.Cli.Commands;

/// <summary>What the commands over a file of tokens share.</summary>
internal static class TokenArguments
{
    public static readonly Option File = new("tokens", "FILE", "The file of tokens. Default: $KD_TOKENS");
    public static readonly Option Name = new("name", "NAME", "Whose the token is");
    public static readonly Option Role = new("role", "ROLE", "What it allows: observer looks, client runs and asks teachers, operator changes the cluster") { Choices = ["observer", "client", "operator"] };
    public static readonly Option Runs = new("runs", "N", "Runs that may be under way at the same time. Default: no limit");
    public static readonly Option Rows = new("rows-per-second", "N", "Rows of soft targets a second, of each silo. Default: no limit");
    public static readonly Option Bytes = new("message-bytes", "N", "Bytes of one message to a silo. Default: no limit but the silo's own");

    /// <summary>The file that the command line or the environment names.</summary>
    /// <exception cref="KdException"><c>KD1703</c>: neither does.</exception>
    public static string PathOf(Invocation invocation) => invocation.Context.At(
        invocation.Value(File) ?? invocation.Context.Variable("KD_TOKENS") ?? invocation.Needed(File));

    /// <summary>The token of a name.</summary>
    /// <exception cref="KdException"><c>KD1809</c>: there is none.</exception>
    public static TokenEntry Find(IReadOnlyList<TokenEntry> entries, string name, string path) => entries.FirstOrDefault(e => e.Id == name)
        ?? throw new KdException("KD1809", $"there is no token of '{name}'.", path, "`kd token list` shows those that there are.");

    /// <summary>Shows a new token, the only time that anyone can.</summary>
    public static void Show(Invocation invocation, string token)
    {
        invocation.Terminal.Write(token);
        invocation.Terminal.Note("Keep it now: the file holds only its hash. Silos take it within a second, without a restart.");
    }
}
