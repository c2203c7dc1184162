using System.Collections;
using System.Text;
using KdCluster.Cli.Output;

namespace KdCluster.Cli.CommandLine;

/// <summary>The world around a command, so that tests can give it another one.</summary>
internal sealed record CliContext
{
    /// <summary>Where it writes.</summary>
    public required Terminal Terminal { get; init; }

    /// <summary>What it reads.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Its clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Environment variables by name.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What relative paths are relative to.</summary>
    public string Directory { get; init; } = ".";

    /// <summary>The world around this process.</summary>
    public static CliContext OfProcess() => new()
    {
        Terminal = Terminal.OfProcess(),
        Input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false, throwOnInvalidBytes: true)),
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? ""),
        Directory = System.Environment.CurrentDirectory,
    };

    /// <summary>What a user types to run this program: the launcher says how it was called.</summary>
    public string Program => Variable("KD_PROGRAM") ?? "kd";

    /// <summary>A variable that is set to something; null otherwise.</summary>
    public string? Variable(string name) => Environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>A path that a user gave, absolute.</summary>
    public string At(string path) => Path.GetFullPath(path, Path.GetFullPath(Directory));
}
