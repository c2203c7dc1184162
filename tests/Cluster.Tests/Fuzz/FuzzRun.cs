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
    private const long MostLive = 32L << 20;
    private const long MostPages = 96L << 20;
    private const int MostLooks = 24;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
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
        Footprint? before = null;
        for (int i = 0; i < count; i++)
        {
            if (i == warm)
            {
                before = Footprint.Now();
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

        (Footprint settled, Footprint after) = await SettledAsync(before);
        Report(count, watch.Elapsed, settled, after);
        Assert.True(_failures.Count == 0, string.Join("\n\n", _failures));
        Assert.True(
            Within(settled, after),
            $"{target}: over {count - warm} cases, managed | large | native | resident MiB: {Footprint.Growth(settled, after)}");
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

    private static bool Within(Footprint before, Footprint after) =>
        after.Managed - before.Managed < MostLive && after.Large - before.Large < MostLive && after.Native - before.Native < MostLive && after.Resident - before.Resident < MostPages;

    /// <summary>Gives pools the time after which they let go: what is still there then was kept for no reason.</summary>
    private static async Task<(Footprint Before, Footprint After)> SettledAsync(Footprint? warmed)
    {
        Footprint after = Footprint.Now(), before = warmed ?? after;
        for (int i = 0; i < MostLooks && !Within(before, after); i++)
        {
            await Task.Delay(Pause);
            after = Footprint.Now();
        }

        return (before, after);
    }

    private void Report(int count, TimeSpan took, Footprint before, Footprint after)
    {
        string outcomes = string.Join(", ", _outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}"));
        string line = string.Create(CultureInfo.InvariantCulture, $"| {target} | {count} | {outcomes} | {took.TotalSeconds:0} | {Footprint.Growth(before, after)} |");
        if (Environment.GetEnvironmentVariable("KD_FUZZ_REPORT") is { Length: > 0 } file)
        {
            File.AppendAllText(file, line + Environment.NewLine);
        }
    }
}

/// <summary>Fuzzing has the process to itself: its memory is measured.</summary>
[CollectionDefinition("fuzz", DisableParallelization = true)]
public sealed class FuzzCollection;
