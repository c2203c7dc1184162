using System.Runtime.CompilerServices;

namespace KdCluster.Tests;

/// <summary>A test that compares with Python's reader of YAML.</summary>
internal sealed class PythonYamlFactAttribute : FactAttribute
{
    public PythonYamlFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => (Skip, SkipType, SkipUnless) = ("python3-yaml is not installed", typeof(DeployFiles), nameof(DeployFiles.PythonHasYaml));
}
