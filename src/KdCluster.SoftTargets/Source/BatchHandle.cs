namespace KdCluster.SoftTargets.Source;

/// <summary>One batch under way.</summary>
/// <param name="Instances">Its row numbers.</param>
/// <param name="Places">Where each teacher's numbers of each row will be: [teachers][batch].</param>
/// <param name="Begun">The requests that were begun for this batch; rows of others were known or on their way.</param>
internal sealed record BatchHandle(int[] Instances, (RowRequest Request, int Index)[][] Places, RowRequest[] Begun)
{
    /// <summary>What is still missing, null when nothing is.</summary>
    public Task? Pending()
    {
        HashSet<Task>? open = null;
        foreach ((RowRequest Request, int)[] places in Places)
        {
            foreach ((RowRequest request, _) in places)
            {
                if (!request.Done.IsCompletedSuccessfully)
                    (open ??= []).Add(request.Done);
            }
        }

        return open is null ? null : Task.WhenAll(open);
    }
}
