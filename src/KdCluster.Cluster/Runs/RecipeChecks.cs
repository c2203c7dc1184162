using KdCluster.Client;
using KdCluster.Cluster.Services;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Teachers;
using KdCluster.Learning.Torch;
using KdCluster.Recipes;
using KdCluster.V1;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// Says why a run of a recipe would not start, and what its data hold. What a silo that trains sees is what counts: another one passes the question on, as its own disk and
/// network may be others.
/// </summary>
internal sealed class RecipeChecks(KdClusterOptions options, RunMaterials materials, SiloStatusBoard board, PeerClients peers, GrainRetry retry)
{
    /// <param name="recipe">The effective recipe, paths absolute.</param>
    /// <param name="source">Where it came from, for error messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KdException"><c>KD1612</c>: no silo that trains could be asked.</exception>
    public async Task<RecipeCheck> CheckAsync(Recipe recipe, string source, CancellationToken cancellationToken)
    {
        if (options.Roles.HasFlag(SiloRoles.Trainer))
        {
            return await CheckHereAsync(recipe, cancellationToken);
        }

        string text = RecipeWriter.Write(recipe);
        return await retry.CallAsync(() => PassOnAsync(text, source, cancellationToken), cancellationToken);
    }

    private async Task<RecipeCheck> PassOnAsync(string recipe, string source, CancellationToken cancellationToken)
    {
        string failure = "none that trains has told how it stands.";
        foreach (string endpoint in board.Silos.Where(s => s.Roles.Contains(SiloRoleNames.Trainer)).OrderBy(s => s.Draining).Select(s => s.Endpoint))
        {
            try
            {
                return await peers.For(endpoint).CheckAsync(recipe, source, cancellationToken);
            }
            catch (KdException e) when (e.Code == "KD1601")
            {
                failure = e.Message;
            }
        }

        // One may be starting, or being found dead.
        throw new TimeoutException(failure);
    }

    private async Task<RecipeCheck> CheckHereAsync(Recipe recipe, CancellationToken cancellationToken)
    {
        await using RunMaterial material = await materials.FindAsync(recipe, null, fresh: false, null, _ => Task.CompletedTask, cancellationToken);
        RecipeCheck check = new();
        check.Errors.AddRange(material.Errors.Concat(StudentDevice.Errors(board.Silos, recipe.Training.Device, TorchRuntime.HasDevice)).Select(e => e.ToProto()));
        if (material.Data is { } data)
        {
            try
            {
                check.Data = material.Warned(material.StudentEncoder is { } encoder ? data.Profile(encoder) : data.Profile(recipe.Data.MaxLength)).ToProto();
            }
            catch (KdException e)
            {
                check.Errors.AddRange(e.Errors.Select(error => error.ToProto()));
            }
        }

        return check;
    }
}
