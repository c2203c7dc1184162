using System.Diagnostics;
using System.Globalization;

namespace KdCluster.Tests.Fuzz;

/// <summary>Throws cases at one target: each by its seed, each within a time, and memory as it was before.</summary>
/// <remarks>
/// A few hundred cases in every run of the tests, ten thousand and more with <c>KD_LONG=1</c>; <c>KD_FUZZ_SEED</c> begins elsewhere, and
/// <c>KD_FUZZ_REPORT</c> names a file to which a line for each target is added.
/// </remarks>
internal sealed class FuzzRun(string target)
{
    private const int MostFailures = 20;
    private const long MostGrowth = 192L << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<string> _failures = [];
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);

    public static bool IsLong => Environment.GetEnvironmentVariable("KD_LONG") == "1";

    private static int FirstSeed => int.Parse(Environment.GetEnvironmentVariable("KD_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>Runs the cases.</summary>
    /// <param name="few">How many in every run of the tests.</param>
    /// <param name="many">How many with <c>KD_LONG=1</c>.</param>
    /// <param name="one">One case: gives its outcome, a code or a word; what it throws fails the test.</param>
    public async Task RunAsync(int few, int many, Func<Random, Task<string>> one)
    {
        int count = IsLong ? many : few, warm = Math.Max(20, count / 5), first = FirstSeed;
        Stopwatch watch = Stopwatch.StartNew();
        long before = 0;
        for (int i = 0; i < count; i++)
        {
            if (i == warm)
            {
                before = Resident();
            }

            int seed = first + i;
            string outcome;
            try
            {
                outcome = await Task.Run(() => one(new Random(seed))).WaitAsync(Patience);
            }
            catch (Exception e) when (e is not TimeoutException)
            {
                outcome = "FAILED";
                _failures.Add($"{target}, seed {seed}: {e}");
                if (_failures.Count == MostFailures)
                {
                    break;
                }
            }

            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        }

        long after = Resident();
        Report(count, watch.Elapsed, before, after);
        Assert.True(_failures.Count == 0, string.Join("\n\n", _failures));
        Assert.True(before == 0 || after - before < MostGrowth, $"{target}: {before >> 20} MiB became {after >> 20} MiB over {count - warm} cases");
    }

    /// <summary>For targets that throw coded errors: their code, or that there was none to throw.</summary>
    public static async Task<string> CodedAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return "taken";
        }
        catch (KdException e)
        {
            Assert.NotEqual("KD1599", e.Code);
            return e.Code;
        }
    }

    /// <summary>Memory of this process after a collection, in bytes.</summary>
    private static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using Process me = Process.GetCurrentProcess();
        return me.WorkingSet64;
    }

    private void Report(int count, TimeSpan took, long before, long after)
    {
        string outcomes = string.Join(", ", _outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}"));
        string line = string.Create(CultureInfo.InvariantCulture, $"| {target} | {count} | {outcomes} | {took.TotalSeconds:0} | {before >> 20} → {after >> 20} |");
        if (Environment.GetEnvironmentVariable("KD_FUZZ_REPORT") is { Length: > 0 } file)
        {
            File.AppendAllText(file, line + Environment.NewLine);
        }
    }
}

/// <summary>Fuzzing has the process to itself: its memory is measured.</summary>
[CollectionDefinition("fuzz", DisableParallelization = true)]
public sealed class FuzzCollection;
