using System.Text;
using KdCluster.Client.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Security;

/// <summary>Says who holds a token and whether he may make a call.</summary>
internal sealed class AccessControl
{
    private const string Bearer = "Bearer ", Basic = "Basic ";
    private readonly WatchedFiles<TokenBook>? _tokens;
    private readonly TimeProvider _time;

    /// <exception cref="KdException"><c>KD1804</c>: the file of tokens cannot be used.</exception>
    public AccessControl(KdClusterOptions options, TimeProvider time, ILogger<AccessControl> log)
    {
        _time = time;
        if (options.Security.Tokens is { } file)
        {
            string path = Path.GetFullPath(file);
            _tokens = new WatchedFiles<TokenBook>("KD1804", [path], c => TokenFile.Parse(c[0], path), time, e => log.Reread(path, e));
        }
    }

    /// <summary>Whether callers must show a token at all.</summary>
    public bool Closed => _tokens is not null;

    /// <summary>The caller with this header; null when its token is not valid.</summary>
    /// <param name="authorization">The header <c>authorization</c>; null when there is none.</param>
    public Caller? Identify(string? authorization)
    {
        if (_tokens is null)
        {
            return Caller.Anyone;
        }

        if (string.IsNullOrEmpty(authorization))
        {
            return Caller.Nobody;
        }

        return Shown(authorization) is { } token && _tokens.Value.Find(token, _time.GetUtcNow()) is { } entry
                ? new Caller(entry.Id, entry.Role, entry.Limits)
                : null;
    }

    /// <summary>Why a call is refused; null when it is not.</summary>
    /// <param name="least">The least role for what is called; null: it is for nobody (<see cref="RolePolicies.Least"/>).</param>
    /// <param name="path">The method, as in <c>/package.Service/Method</c>, for people.</param>
    /// <param name="caller">Null: someone with a token that is none.</param>
    public KdError? Refusal(Role? least, string path, Caller? caller)
    {
        if (!Closed || least == Role.None)
        {
            return null;
        }

        if (caller is null)
        {
            return WrongToken(path);
        }

        if (caller.Role == Role.None)
        {
            return new KdError("KD1801", "there is no token.", path, "Send one: KD_TOKEN or --token-file for kd, the header `authorization: Bearer …` for other clients. `kd token create` creates one.");
        }

        if (least is not { } role)
        {
            return new KdError("KD1802", "no role may call this: the silo does not know it.", path, "Do client and silo have the same version?");
        }

        return caller.Role >= role
            ? null
            : new KdError("KD1802", $"token {caller.Id} has the role {Name(caller.Role)}, and this needs {Name(role)}.", path, $"Use a token of the role {Name(role)}.");
    }

    /// <summary>The token that was shown is none.</summary>
    public static KdError WrongToken(string path) =>
        new("KD1801", "this silo does not know the token.", path, "Was it rotated or revoked? `kd token list` shows the tokens.");

    /// <summary>For a call that lasts: a check that its token is still one, which costs nothing until the tokens change.</summary>
    /// <exception cref="KdException">From the check: <c>KD1801</c>.</exception>
    public Action Watch(HttpContext http)
    {
        if (_tokens is null)
        {
            return () => { };
        }

        string? authorization = http.Request.Headers.Authorization;
        string path = http.Request.Path.Value ?? "";
        Role? least = RolePolicies.Least(http.GetEndpoint());
        TokenBook seen = _tokens.Value;
        return () =>
        {
            TokenBook now = _tokens.Value;
            if (!ReferenceEquals(now, seen) && Refusal(least, path, Identify(authorization)) is { } refusal)
            {
                throw new KdException([refusal]);
            }

            seen = now;
        };
    }

    /// <summary>A browser asks for a name and a password: the token is the password, and the name is nobody's business.</summary>
    private static string? Shown(string authorization)
    {
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        Span<byte> plain = stackalloc byte[256];
        return authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), plain, out int length)
            && plain[..length].IndexOf((byte)':') is >= 0 and int colon
                ? Encoding.UTF8.GetString(plain[(colon + 1)..length])
                : null;
    }

    private static string Name(Role role) => role.ToString().ToLowerInvariant();
}
