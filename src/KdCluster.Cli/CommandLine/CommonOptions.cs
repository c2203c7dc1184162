namespace KdCluster.Cli.CommandLine;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static readonly Option Help = new("help", null, "Show this help.", "-h") { Recursive = true };
    public static readonly Option Verbose = new("verbose", null, "Show the silo's log, and the stack of an error.") { Recursive = true };
    public static readonly Option Home = new("home", "FOLDER", "Where runs, models and kept soft targets are. Default: $KD_HOME, else ./.kd");
    public static readonly Option Silo = new("silo", "URL", "Address of a silo, or several of one cluster, separated by commas: when one does not answer, the next is tried. Default: $KD_SILO, else the silo that uses the home, else a silo inside this process");
    public static readonly Option Store = new("store", "STORE", "Where soft targets are kept: local or redis://host:port. Default: $KD_STORE, else local");
    public static readonly Option Device = new("device", "DEVICE", "cpu, cuda or cuda:N. Default: $KD_DEVICE, else cpu");
    public static readonly Option Recipe = new("recipe", "FILE", "The recipe's file");
    public static readonly Option Set = new("set", "KEY=VALUE", "Change one key of the recipe, such as training.epochs=1") { Repeats = true };
    public static readonly Option Full = new("full", null, "Put the recipe's section `full` over it: the whole experiment, such as five seeds");
    public static readonly Option Detach = new("detach", null, "Start the run and return; kd run watch follows it. Needs a running silo");
    public static readonly Option Yes = new("yes", null, "Do not ask");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All => [Verbose, Help, Home, Silo, Store, Device, Recipe, Set, Full, Detach, Yes];

    /// <summary>What every command takes.</summary>
    public static readonly IReadOnlyList<Option> Everywhere = [Verbose, Help];

    /// <summary>What every command that talks to a silo takes.</summary>
    public static readonly IReadOnlyList<Option> Connection = [Silo, Home, Store, .. Silos.ClientAccess.Options];
}
