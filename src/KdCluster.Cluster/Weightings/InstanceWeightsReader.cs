using KdCluster.Cluster.Runs;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Weightings;
using KdCluster.Recipes;
using KdCluster.Runs;
using KdCluster.V1;

namespace KdCluster.Cluster.Weightings;

/// <summary>Reads the weights that a student gave to each training row last, and the rows' texts.</summary>
internal sealed class InstanceWeightsReader(KdClusterOptions options, RecentData recent)
{
    private const int MostRows = 1000;

    /// <exception cref="KdException"><c>KD1508</c>: there are none yet; <c>KD1509</c>: there is no such row.</exception>
    public async Task<InstanceWeightsReply> ReadAsync(RunStatus run, StudentStatus student, InstanceWeightsRequest request, CancellationToken cancellationToken)
    {
        RunFolder folder = RunFolder.Of(options, run.Id);
        string place = folder.Student(student.Variant, student.Seed);
        InstanceWeights weights = Find(place) ?? throw new KdException(
            "KD1508", "no weights of single instances are there yet.", $"run {run.Id}, student {student.Key}", "They are in the student's checkpoints once its teachers are weighted. One that was trained by an earlier version has none.");
        int[] rows = [.. request.Instances.Count > 0 ? request.Instances.Select(i => Checked(i, weights.Rows)) : weights.MostDisputed(Math.Clamp(request.MostDisputed, 1, MostRows))];
        InstanceWeightsReply reply = new() { Total = weights.Rows, Weighed = Enumerable.Range(0, weights.Rows).Count(weights.IsWeighed), Finished = student.Done };
        // A stage may have other teachers than the recipe names.
        reply.Teachers.AddRange(weights.Teachers == run.Teachers.Length ? run.Teachers : Enumerable.Range(1, weights.Teachers).Select(k => $"teacher {k}"));
        TaskData? data = await TextsAsync(folder, reply, cancellationToken);
        foreach (int row in rows)
        {
            InstanceRow message = new() { Instance = row, Entropy = weights.Entropy(row) };
            if (weights.IsWeighed(row))
            {
                message.Weights.AddRange(weights.Of(row).ToArray());
            }

            if (data is not null)
            {
                (message.Text, string? pair, message.Label) = data.DescribeTransfer(row);
                if (pair is not null)
                {
                    message.Pair = pair;
                }
            }

            reply.Rows.Add(message);
        }

        return reply;
    }

    /// <summary>The file of a student that has ended, else its last checkpoint, which may be replaced at this moment.</summary>
    private static InstanceWeights? Find(string place)
    {
        foreach (string file in new[] { InstanceWeights.FileName, "last/state.safetensors", "last/state.safetensors", "previous/state.safetensors" })
        {
            try
            {
                if (InstanceWeights.Read(Path.Combine(place, file)) is { } found)
                {
                    return found;
                }
            }
            catch (Exception e) when (e is IOException or KdException { Code: "KD1202" or "KD1203" })
            {
                // The next one.
            }
        }

        return null;
    }

    private async Task<TaskData?> TextsAsync(RunFolder folder, InstanceWeightsReply reply, CancellationToken cancellationToken)
    {
        try
        {
            Recipe recipe = RecipeReader.Read(await File.ReadAllTextAsync(folder.Recipe, cancellationToken), folder.Recipe);
            TaskData data = await Task.Run(() => recent.Load(recipe, fresh: false), cancellationToken);
            if (!data.RowsAreInstances)
            {
                reply.Note = "The texts are left out: an instance is a part of a document.";
                return null;
            }

            if (RunInputs.HasSameTrainingRows(folder, data))
            {
                return data;
            }

            reply.Note = "The texts are left out: the data are not those that the run began with.";
        }
        catch (Exception e) when (e is KdException or IOException)
        {
            reply.Note = $"The texts are left out: {e.Message}";
        }

        return null;
    }

    private static int Checked(long row, int rows) => row >= 0 && row < rows
        ? (int)row
        : throw new KdException("KD1509", $"there is no training row {row}: they are 0 to {rows - 1}.", "--instance", "Rows are counted from 0, in the order in which they are read.");
}
