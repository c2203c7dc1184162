namespace KdCluster.Cli.Output;

/// <summary>Colours by their ECMA-48 numbers.</summary>
internal enum AnsiColor
{
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
}
