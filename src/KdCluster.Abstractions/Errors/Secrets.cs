using System.Text.RegularExpressions;

namespace KdCluster;

/// <summary>The only place that knows what a secret looks like. Everything that is shown, logged or kept and may contain a secret goes through it.</summary>
public static class Secrets
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // The last '@' ends the login: a password may hold others.
    private static readonly Regex s_login = new("([A-Za-z][A-Za-z0-9+.-]*://)([^\\s:/@]*:)?[^\\s]*@", Linear);
    private static readonly Regex s_token = new("(kdt_[A-Za-z0-9._-]*[.])[A-Za-z0-9_-]{20,}", Linear);
    private static readonly Regex s_password = new("((?i:password)\\s*=\\s*)[^,;\\s]+", Linear);

    /// <summary>A text with every password of an address, every <c>password=…</c> and every API token in it replaced by stars.</summary>
    /// <param name="text">An address, a message, a line of a log.</param>
    public static string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('@', StringComparison.Ordinal))
            text = s_login.Replace(text, "$1$2***@");
        if (text.Contains("kdt_", StringComparison.Ordinal))
            text = s_token.Replace(text, "$1***");
        return text.Contains('=', StringComparison.Ordinal) ? s_password.Replace(text, "$1***") : text;
    }
}
