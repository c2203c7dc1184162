namespace KdCluster.SoftTargets.Source;

/// <summary>One batch under way.</summary>
/// <param name="Instances">Its row numbers.</param>
/// <param name="Places">Where each teacher's numbers of each row will be: [teachers][batch].</param>
/// <param name="Begun">The asks that were begun for this batch; rows of other asks were known or on their way.</param>
internal sealed record Ticket(int[] Instances, (Ask Ask, int Index)[][] Places, Ask[] Begun)
{
    /// <summary>What is still missing, null when nothing is.</summary>
    public Task? Pending()
    {
        HashSet<Task>? open = null;
        foreach ((Ask Ask, int)[] places in Places)
        {
            foreach ((Ask ask, _) in places)
            {
                if (!ask.Done.IsCompletedSuccessfully)
                    (open ??= []).Add(ask.Done);
            }
        }

        return open is null ? null : Task.WhenAll(open);
    }
}
