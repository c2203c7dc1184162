namespace KdCluster.Tests;

/// <summary>A test of a script that makes certificates.</summary>
internal sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute() => Skip = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, "openssl"))) ? null! : "openssl is not installed";
}
