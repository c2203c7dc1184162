using System.Runtime.CompilerServices;

namespace KdCluster.Tests;

/// <summary>A test of a script that makes certificates.</summary>
internal sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = ("openssl is not installed", typeof(OpenSslFactAttribute), nameof(OpenSslFactAttribute.IsInstalled));

    public static bool IsInstalled => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, "openssl")));
}
