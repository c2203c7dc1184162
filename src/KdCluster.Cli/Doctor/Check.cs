namespace KdCluster.Cli.Doctor;

/// <summary>One line of the doctor.</summary>
/// <param name="Name">What was looked at, one word or two.</param>
/// <param name="State">How it came out.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to do; null when there is nothing to do.</param>
internal sealed record Check(string Name, CheckState State, string Text, string? Remedy = null)
{
    /// <summary>As it should be.</summary>
    public static Check Ok(string name, string text) => new(name, CheckState.Ok, text);

    /// <summary>Looks at something; what it throws is a failure.</summary>
    public static async Task<IReadOnlyList<Check>> LookAsync(string name, Func<Task<IReadOnlyList<Check>>> look)
    {
        try
        {
            return await look().ConfigureAwait(false);
        }
        catch (KdException e)
        {
            return [.. e.Errors.Select(error => new Check(name, CheckState.Fail, $"{error.Code}{(error.Where is null ? "" : $" at {error.Where}")}: {error.What}", error.Remedy))];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Exception cause = e.GetBaseException();
            return [new Check(name, CheckState.Fail, $"{cause.GetType().Name}: {cause.Message.Split('\n')[0].Trim()}")];
        }
    }
}
