using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace KdCluster.Cluster.Security;

/// <summary>Tokens as people hold them: <c>kdt_ID.SECRET</c>, the secret 256 random bits in base64url.</summary>
internal static class TokenText
{
    private const string Prefix = "kdt_";
    private const int SecretBytes = 32;
    private const int SaltBytes = 16;

    /// <summary>A new token, which is shown once, and the hash to keep.</summary>
    public static (string Token, TokenHash Hash) Create(string id)
    {
        string token = $"{Prefix}{id}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return (token, new TokenHash(salt, Hash(salt, token)));
    }

    /// <summary>Whose a token says it is; null when it is none.</summary>
    public static string? IdOf(string token)
    {
        int dot = token.LastIndexOf('.');
        return token.StartsWith(Prefix, StringComparison.Ordinal) && dot > Prefix.Length ? token[Prefix.Length..dot] : null;
    }

    /// <summary>Whether this is the token that was hashed; takes as long whether or not.</summary>
    public static bool Matches(string token, TokenHash hash) => CryptographicOperations.FixedTimeEquals(Hash(hash.Salt, token), hash.Sha256);

    private static byte[] Hash(byte[] salt, string token) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(token)]);
}
