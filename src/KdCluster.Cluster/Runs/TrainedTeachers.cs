using System.Security.Cryptography;
using System.Text;
using KdCluster.Cluster.Silos;
using KdCluster.Cluster.Silos.Placement;
using KdCluster.Cluster.Teachers;
using KdCluster.Grains;
using KdCluster.Learning.Checkpoints;
using KdCluster.Learning.Data;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;
using KdCluster.Runs;
using KdCluster.SoftTargets;
using KdCluster.Teachers;
using Microsoft.Extensions.Logging;

namespace KdCluster.Cluster.Runs;

/// <summary>
/// The teachers that a recipe trains. Each is a run of its own, named by a hash of all that decides its bytes: whoever wants the same teacher later finds the run and its checkpoint, and one that was
/// interrupted goes on. For the run that wants it, it is deployed under a name of that run, so that two runs at a time do not undeploy one another's.
/// </summary>
internal sealed class TrainedTeachers(RecentData recent, IGrainFactory grains, GrainRetry retry, ILogger<TrainedTeachers> log)
{
    private const int NameLetters = 60, HashDigits = 12, IdDigits = 16;

    /// <summary>The name that a run deploys a teacher of its own under: no other run's, and never one that a person would give.</summary>
    public static string DeployedName(string run, string teacher) =>
        $"{teacher[..Math.Min(teacher.Length, NameLetters)]}.{Hex($"{run}\n{teacher}")[..HashDigits]}";

    /// <summary>Where a run finds a teacher: where the recipe says, or where the run has deployed it.</summary>
    public static TeacherRef Deployed(string run, TeacherRef teacher) => teacher.Train is null ? teacher : new TeacherRef { Name = DeployedName(run, teacher.Name) };

    /// <summary>
    /// A hash of what decides a teacher's bytes: model, optimisation, seed, the rows to learn from and to choose with, the tokenizer's sizes, and the number of threads. Where the rows are kept and what the
    /// teacher is called does not count.
    /// </summary>
    /// <param name="recipe">The teacher's.</param>
    /// <param name="data">The rows of that recipe.</param>
    /// <param name="threads">Threads inside one tensor operation.</param>
    public static string Identity(Recipe recipe, TaskData data, int threads)
    {
        // A folder that it begins with counts by what it holds.
        string settings = RecipeWriter.Write(RecipeModels.ChangePretrained(recipe, (_, folder) => new PretrainedFolder(folder).Fingerprint()) with
        {
            Name = "teacher",
            Store = "silo",
            Data = new DataSpec { Train = "rows.tsv", MaxLength = recipe.Data.MaxLength, Vocabulary = recipe.Data.Vocabulary },
        });
        return Hex($"kd teacher 1\n{settings}{RunInputs.HashOf(data, DataSplit.Train)}\n{RunInputs.HashOf(data, DataSplit.Validation)}\n{data.Labels.Hash}\n{threads}");
    }

    /// <summary>Trains those that are not there yet and deploys all. May be called again after any failure.</summary>
    /// <param name="run">The run that wants them.</param>
    /// <param name="recipe">Its effective recipe.</param>
    /// <param name="threads">Threads inside one tensor operation.</param>
    /// <param name="activity">Told what is being done, for people.</param>
    /// <param name="cancellationToken">Gives up, and stops the trainings.</param>
    /// <exception cref="KdException"><c>KD1510</c> and the reasons: a teacher cannot be trained; <c>KD11xx</c>: its data; <c>KD12xx</c>: it cannot be deployed.</exception>
    public async Task ProvideAsync(string run, Recipe recipe, int threads, Func<string, Task> activity, CancellationToken cancellationToken)
    {
        TeacherRef[] own = [.. recipe.Teachers.Where(t => t.Train is not null)];
        if (own.Length == 0)
        {
            return;
        }

        await activity("reading the data of the teachers");
        string owner = (await retry.CallAsync(() => grains.GetGrain<IRunGrain>(run).GetAsync(), cancellationToken))?.Owner ?? "";
        List<(TeacherRef Teacher, IRunGrain Run)> trainings = [];
        try
        {
            foreach (TeacherRef teacher in own)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Recipe wanted = TeacherTraining.RecipeOf(recipe, teacher);
                TaskData data = await Task.Run(() => recent.Load(wanted, fresh: false), cancellationToken);
                trainings.Add((teacher, await retry.CallAsync(() => BeginAsync(wanted, Identity(wanted, data, threads), owner), cancellationToken)));
            }

            foreach ((TeacherRef teacher, IRunGrain training) in trainings)
            {
                string checkpoint = await FollowAsync(teacher, training, activity, cancellationToken);
                await activity($"deploying teacher {teacher.Name}");
                await DeployAsync(run, teacher, checkpoint, cancellationToken);
            }
        }
        catch (Exception e) when (e is KdException || cancellationToken.IsCancellationRequested)
        {
            // Nobody here wants them any more. Another run that waits for the same teacher takes the training up again.
            await Task.WhenAll(trainings.Select(t => t.Run.CancelAsync()));
            throw;
        }
    }

    /// <summary>Takes off their devices what a run has deployed, but what it is to keep.</summary>
    public async Task RetireAsync(string run, Recipe recipe)
    {
        foreach (TeacherRef teacher in recipe.Teachers.Where(t => t.Train is not null && t.Keep != true))
        {
            string name = DeployedName(run, teacher.Name);
            if (await grains.GetGrain<ITeacherGrain>(name).UndeployAsync())
            {
                log.TeacherRetired(run, name);
            }
        }
    }

    /// <summary>The training of a teacher: the run that is there, or a new one where there is none or its checkpoint is gone.</summary>
    private async Task<IRunGrain> BeginAsync(Recipe recipe, string identity, string owner)
    {
        for (int number = 1; ; number++)
        {
            string id = $"teacher-{identity[..IdDigits]}{(number == 1 ? "" : $"-{number}")}";
            IRunGrain training = grains.GetGrain<IRunGrain>(id);
            RunStatus? there = await training.GetAsync();
            if (there is { State: RunState.Succeeded } && !Directory.Exists(there.Students[0].Checkpoint))
            {
                continue;
            }

            if (there is null)
            {
                await training.StartAsync(RecipeWriter.Write(recipe), owner);
            }
            else if (there.Over)
            {
                await training.ResumeAsync();
            }

            return training;
        }
    }

    private async Task<string> FollowAsync(TeacherRef teacher, IRunGrain training, Func<string, Task> activity, CancellationToken cancellationToken)
    {
        // A training takes long, and a silo that dies in it, or is held up, is no reason to give the run up.
        RunStatus status = (await retry.CallAsync(() => training.GetAsync(), cancellationToken))!;
        string told = "";
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (status.State is RunState.Cancelled or RunState.Interrupted)
            {
                // The run that began it does not want it any more; this one does.
                status = await retry.CallAsync(() => training.ResumeAsync(), cancellationToken);
            }

            if (status.Over)
            {
                break;
            }

            string now = Words(teacher, status);
            if (now != told)
            {
                await activity(told = now);
            }

            status = await retry.CallAsync(() => training.NextAsync(status.Version), cancellationToken);
        }

        return status.State == RunState.Succeeded ? status.Students[0].Checkpoint : throw new KdException([
            new KdError("KD1510", $"the training of the teacher \"{teacher.Name}\" has failed.", $"run {status.Id}", "Remove the cause and resume the run: the training goes on where it was."), .. status.Errors]);
    }

    private static string Words(TeacherRef teacher, RunStatus status)
    {
        if (status.Students.FirstOrDefault() is not { } student)
        {
            return $"training teacher {teacher.Name}: preparing";
        }

        string where = student.Epoch == 0 ? student.Stage : FormattableString.Invariant($"epoch {student.Epoch} of {student.Epochs}");
        return $"training teacher {teacher.Name}: {where}";
    }

    private async Task DeployAsync(string run, TeacherRef teacher, string checkpoint, CancellationToken cancellationToken)
    {
        ITeacherGrain grain = grains.GetGrain<ITeacherGrain>(DeployedName(run, teacher.Name));
        TeacherDeployment deployment = new(checkpoint, "", ElementType.Float16) { Precision = PrecisionNames.Parse(teacher.Precision) };
        if (await retry.CallAsync(() => grain.GetAsync(), cancellationToken) == deployment)
        {
            return;
        }

        ModelBytes.Announce(checkpoint);
        TeacherPlace place = await retry.CallAsync(() => grain.DeployAsync(deployment), cancellationToken);
        if (place.Errors.Length > 0)
        {
            throw new KdException(place.Errors);
        }
    }

    private static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
