using System.Text.Json;
using System.Text.Json.Serialization;
using KdCluster.Cluster.Services;

namespace KdCluster.Cluster.Security;

/// <summary>The file of tokens, as JSON. It holds no token, only what tells one from another.</summary>
internal static class TokenFile
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <exception cref="KdException"><c>KD1804</c>: not such a file; every mistake at once.</exception>
    public static TokenBook Parse(byte[] content, string path)
    {
        Layout? layout;
        try
        {
            layout = JsonSerializer.Deserialize<Layout>(content, s_json);
        }
        catch (JsonException e)
        {
            throw Bad($"it is not a file of tokens (line {e.LineNumber + 1}, {e.Path}).", path, e);
        }

        if (layout?.Tokens is not { } tokens || tokens.Contains(null!))
        {
            throw Bad("it has no list \"tokens\".", path);
        }

        KdError[] errors = [.. Mistakes(tokens, path)];
        return errors.Length == 0 ? new TokenBook(tokens) : throw new KdException(errors);
    }

    /// <summary>The tokens of a file; none when there is no file yet.</summary>
    public static IReadOnlyList<TokenEntry> Read(string path) => File.Exists(path) ? Parse(File.ReadAllBytes(path), path).Entries : [];

    /// <summary>Replaces the file whole; its owner alone may read it, unless others could read the file before: a silo may run as another user.</summary>
    public static void Write(string path, IReadOnlyList<TokenEntry> entries)
    {
        UnixFileMode mode = !OperatingSystem.IsWindows() && File.Exists(path) ? File.GetUnixFileMode(path) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, new Layout([.. entries]), s_json), mode);
    }

    private static IEnumerable<KdError> Mistakes(List<TokenEntry> tokens, string path)
    {
        HashSet<string> seen = [];
        foreach ((int i, TokenEntry token) in tokens.Index())
        {
            string? wrong = !Names.Good(token.Id) ? $"'{token.Id}' cannot be an id"
                : !seen.Add(token.Id) ? $"the id {token.Id} occurs twice"
                : token.Role == Role.None ? "it has no role"
                : !Whole(token.Hash) || token.Before is { } before && !Whole(before.Hash) ? "its hash is not whole"
                : token.Limits is null || token.Limits is { Runs: < 0 } or { RowsPerSecond: < 0 } or { MessageBytes: < 0 } ? "a limit is below 0"
                : null;
            if (wrong is not null)
            {
                yield return Bad($"{wrong}.", $"{path}, tokens[{i}]").Errors[0];
            }
        }
    }

    private static bool Whole(TokenHash? hash) => hash is { Salt.Length: >= 16, Sha256.Length: 32 };

    private static KdException Bad(string what, string where, Exception? inner = null) =>
        new("KD1804", what, where, "Create it with `kd token create`, and change it with `kd token rotate` and `kd token revoke`.", inner);

    private sealed record Layout(List<TokenEntry> Tokens);
}
