namespace KdCluster.Tests;

/// <summary>A test that compares with Python's reader of YAML.</summary>
internal sealed class PythonYamlFactAttribute : FactAttribute
{
    public PythonYamlFactAttribute() => Skip = DeployFiles.PythonHasYaml() ? null! : "python3-yaml is not installed";
}
