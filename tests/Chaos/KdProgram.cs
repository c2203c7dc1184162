namespace KdCluster.Chaos;

/// <summary>The kd whose silos are disturbed, to be started as processes.</summary>
/// <param name="File">What to start: kd's own host, or <c>dotnet</c>.</param>
/// <param name="Prefix">What stands before its arguments.</param>
internal sealed record KdProgram(string File, string[] Prefix)
{
    /// <summary>Finds it.</summary>
    /// <param name="named">A <c>kd.dll</c>, or the host <c>kd</c> that a publish makes; null: the one beside this program, under the host that this program runs under.</param>
    /// <param name="process">This process's file.</param>
    /// <param name="folder">This program's folder.</param>
    /// <exception cref="KdException"><c>KD1704</c>: there is no such file.</exception>
    public static KdProgram Find(string? named, string process, string folder)
    {
        bool dotnet = Path.GetFileNameWithoutExtension(process) == "dotnet";
        string file = named ?? Path.Combine(folder, dotnet ? "kd.dll" : "kd");
        if (!System.IO.File.Exists(file))
            throw new KdException("KD1704", $"there is no program {file}.", "--kd", "Name the kd.dll or the kd of a build or a publish of KdCluster.Cli.");
        return Path.GetExtension(file) == ".dll" ? new KdProgram(dotnet ? process : "dotnet", [file]) : new KdProgram(file, []);
    }
}
