using KdCluster.Cli.CommandLine;
using KdCluster.Cluster.Security;

namespace KdCluster.Cli.Commands;

/// <summary>What the commands over a file of tokens share.</summary>
internal static class TokenArguments
{
    public static readonly Option File = new("tokens", "FILE", "The token file. Default: $KD_TOKENS");
    public static readonly Option Name = new("name", "NAME", "Name of the token's owner");
    public static readonly Option Role = new("role", "ROLE", "What the token allows: observer reads, client starts runs and asks teachers, operator changes the cluster") { Choices = ["observer", "client", "operator"] };
    public static readonly Option Runs = new("runs", "N", "Unfinished runs at the same time. Default: no limit");
    public static readonly Option Rows = new("rows-per-second", "N", "Rows of soft targets per second, on each silo. Default: no limit");
    public static readonly Option Bytes = new("message-bytes", "N", "Bytes of one message to a silo. Default: the silo's limit");

    /// <summary>The file that the command line or the environment names.</summary>
    /// <exception cref="KdException"><c>KD1703</c>: neither does.</exception>
    public static string PathOf(Invocation invocation) => invocation.Context.At(
        invocation.Value(File) ?? invocation.Context.Variable("KD_TOKENS") ?? invocation.Needed(File));

    /// <summary>The token of a name.</summary>
    /// <exception cref="KdException"><c>KD1809</c>: there is none.</exception>
    public static TokenEntry Find(IReadOnlyList<TokenEntry> entries, string name, string path) => entries.FirstOrDefault(e => e.Id == name)
        ?? throw new KdException("KD1809", $"there is no token of '{name}'.", path, "`kd token list` shows the tokens.");

    /// <summary>Shows a new token, the only time that anyone can.</summary>
    public static void Show(Invocation invocation, string token)
    {
        invocation.Terminal.Write(token);
        invocation.Terminal.Note("Keep it now: the file contains only its hash. Silos accept it within a second, without a restart.");
    }
}
