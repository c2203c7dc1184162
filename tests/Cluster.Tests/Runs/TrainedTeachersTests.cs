using System.Text.Json.Nodes;
using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.Cluster.Runs;
using KdCluster.Cluster.Silos;
using KdCluster.Grains;
using KdCluster.Learning.Tasks;
using KdCluster.Recipes;
using KdCluster.Runs;
using KdCluster.Tests.Support;
using KdCluster.V1;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using RunState = KdCluster.V1.RunState;

namespace KdCluster.Tests.Runs;

/// <summary>A recipe that trains its teachers: they are trained once, asked once, and gone when the run is over.</summary>
public sealed class TrainedTeachersTests
{
    [Fact]
    public async Task They_are_trained_once_answer_once_and_are_undeployed_with_the_run()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        RunHandle handle = await silo.Client.StartAsync(Recipe(silo));
        List<string> told = [];
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(90));
        await foreach (Run now in handle.WatchAsync(deadline.Token))
        {
            told.Add(now.Activity);
        }

        Run first = await handle.ResultAsync(deadline.Token);
        Assert.Equal([], first.Errors);
        Assert.Equal(RunState.Succeeded, first.State);
        Assert.Equal(["wide", "half"], first.Teachers);
        Assert.Contains(told, a => a.StartsWith("training teacher wide", StringComparison.Ordinal));
        Assert.True(first.Students[0].TeacherRows > 0);
        string[] trainings = await TrainingsAsync(silo);
        Assert.Equal(2, trainings.Length);
        Assert.Empty(await TeachersAsync(silo));

        // Another student: the kept teachers, and their kept answers.
        Run second = await silo.RunAsync(Recipe(silo, r => r["student"]!["kind"] = "text-cnn"));
        Assert.Equal([], second.Errors);
        Assert.Equal(0, second.Students.Sum(s => s.TeacherRows));
        Assert.True(second.Students[0].StoreHits > 0);
        Assert.Equal(trainings, await TrainingsAsync(silo));
        Assert.Contains("0 computed by teachers", await File.ReadAllTextAsync(Path.Combine(silo.Home, "runs", second.Id, "report.md"), deadline.Token), StringComparison.Ordinal);
        Assert.Contains("teacher 2 half", await File.ReadAllTextAsync(Path.Combine(silo.Home, "runs", second.Id, "report.md"), deadline.Token), StringComparison.Ordinal);
        Assert.Empty(await TeachersAsync(silo));
    }

    [Fact]
    public async Task One_that_is_to_be_kept_stays_and_one_whose_checkpoint_is_gone_is_trained_again()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string recipe = Recipe(silo, r => (r["teachers"]![1]!["keep"], r["teachers"]![1]!["precision"]) = (true, "bf16"));
        Run first = await silo.RunAsync(recipe);
        Assert.Equal(RunState.Succeeded, first.State);
        Assert.Equal([TrainedTeachers.DeployedName(first.Id, "half")], await TeachersAsync(silo));
        Assert.Equal(Precision.Bf16, (await silo.Client.Teachers.DescribeAsync(new DescribeTeacherRequest { Name = TrainedTeachers.DeployedName(first.Id, "half") })).Precision);

        foreach (string training in await TrainingsAsync(silo))
        {
            Directory.Delete(Path.Combine(silo.Home, "runs", training), recursive: true);
        }

        Run second = await silo.RunAsync(recipe);
        Assert.Equal([], second.Errors);
        Assert.Equal(4, (await TrainingsAsync(silo)).Length);
        // The same bytes again, so that even the kept answers are those of the teacher.
        Assert.Equal(0, second.Students.Sum(s => s.TeacherRows));
    }

    [Fact]
    public async Task A_run_that_is_stopped_while_it_trains_a_teacher_goes_on_there()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        Run whole = await silo.RunAsync(Recipe(silo, Long));
        using TemporaryFolder folder = new();
        await using TinySilo other = await TinySilo.StartAsync(folder);
        RunHandle handle = await other.Client.StartAsync(Recipe(other, Long));
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        await foreach (Run now in handle.WatchAsync(deadline.Token))
        {
            if (now.Activity.StartsWith("training teacher wide: epoch", StringComparison.Ordinal))
            {
                break;
            }
        }

        await handle.CancelAsync();
        Assert.Equal(RunState.Cancelled, (await handle.ResultAsync(deadline.Token)).State);
        string[] stopped = await TrainingsAsync(other);
        // It is told to stop, and does so after the step that it is in.
        string training = (await other.Client.Runs.ListAsync(new ListRunsRequest())).Runs.Single(r => r.Name == "wide").Id;
        Assert.Equal(RunState.Cancelled, (await other.Client.Run(training).ResultAsync(deadline.Token)).State);
        await handle.ResumeAsync();
        Run resumed = await handle.ResultAsync(deadline.Token);
        Assert.Equal([], resumed.Errors);
        Assert.Equal(RunState.Succeeded, resumed.State);
        Assert.Equal(stopped, await TrainingsAsync(other));
        Assert.Equal(await BestAsync(silo, whole), await BestAsync(other, resumed));
        Assert.Empty(await TeachersAsync(other));

        static void Long(JsonObject recipe) => recipe["teachers"]![0]!["train"]!["training"]!["epochs"] = 60;
    }

    /// <summary>The other's cancellation stops both trainings, the one that is followed and the one that is to be.</summary>
    [Fact]
    public async Task A_run_goes_on_with_the_teachers_that_another_run_gave_up()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        string recipe = Recipe(silo, r =>
        {
            foreach (JsonNode? teacher in r["teachers"]!.AsArray())
            {
                teacher!["train"]!["training"] = new JsonObject { ["epochs"] = 60 };
            }
        });
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        RunHandle first = await silo.Client.StartAsync(recipe), second = await silo.Client.StartAsync(recipe);
        await foreach (Run now in second.WatchAsync(deadline.Token))
        {
            if (now.Activity.StartsWith("training teacher wide: epoch", StringComparison.Ordinal))
            {
                break;
            }
        }

        await first.CancelAsync();
        Assert.Equal(RunState.Cancelled, (await first.ResultAsync(deadline.Token)).State);
        Run done = await second.ResultAsync(deadline.Token);
        Assert.Equal([], done.Errors);
        Assert.Equal(RunState.Succeeded, done.State);
    }

    [Fact]
    public async Task A_silo_that_goes_away_while_it_trains_a_teacher_leaves_a_run_that_goes_on()
    {
        using TemporaryFolder folder = new();
        string id, training;
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(120));
        await using (TinySilo silo = await TinySilo.StartAsync(folder))
        {
            RunHandle handle = await silo.Client.StartAsync(Recipe(silo, r => r["teachers"]![0]!["train"]!["training"]!["epochs"] = 60));
            id = handle.Id;
            await foreach (Run now in handle.WatchAsync(deadline.Token))
            {
                if (now.Activity.StartsWith("training teacher wide: epoch", StringComparison.Ordinal))
                {
                    break;
                }
            }

            training = (await TrainingsAsync(silo)).First(t => StateOf(silo, t) == RunState.Running);
        }

        await using TinySilo again = await TinySilo.StartAsync(folder);
        RunHandle resumed = again.Client.Run(id);
        while (StateOf(again, id) is not (RunState.Interrupted or RunState.Failed or RunState.Succeeded))
        {
            await Task.Delay(50, deadline.Token);
        }

        Assert.Equal(RunState.Interrupted, StateOf(again, id));
        await resumed.ResumeAsync();
        Assert.Equal(RunState.Succeeded, (await resumed.ResultAsync(deadline.Token)).State);
        Assert.Contains(training, await TrainingsAsync(again));
        Assert.Equal(2, (await TrainingsAsync(again)).Length);
    }

    [Fact]
    public async Task What_is_wrong_with_a_teachers_data_is_told_before_anything_is_trained()
    {
        await using TinySilo silo = await TinySilo.StartAsync();
        KdException refused = await Assert.ThrowsAsync<KdException>(() => silo.Client.StartAsync(Recipe(silo, r => r["teachers"]![1]!["train"]!["transform"]![0]!["classes"] = new JsonArray("no such class"))));
        Assert.All(refused.Errors, e => Assert.StartsWith("teacher half", e.Where, StringComparison.Ordinal));
        Assert.Empty(await TrainingsAsync(silo));

        KdException warm = await Assert.ThrowsAsync<KdException>(async () =>
        {
            using Grpc.Core.AsyncServerStreamingCall<WarmProgress> call = silo.Client.Runs.Warm(new StartRunRequest { Recipe = Recipe(silo) });
            await silo.Client.CallAsync(() => call.ResponseStream.MoveNext(CancellationToken.None));
        });
        Assert.Equal("KD1511", warm.Code);
    }

    /// <summary>Ten minutes into a training the grain of its run does not answer, as when its silo dies or is held up.</summary>
    [Fact]
    public async Task A_training_is_followed_further_when_its_run_does_not_answer_for_a_while()
    {
        using TemporaryFolder folder = new();
        TinyTask.Write(folder.Path);
        FakeTimeProvider time = new();
        KdClusterOptions options = new() { Home = folder.File("home") };
        Recipe recipe = RecipeReader.Read(TinyTask.Recipe(folder.Path, teachers: ["wide"], change: r =>
            r["teachers"]![0]!["train"] = JsonNode.Parse("""{ "model": { "kind": "bag-of-embeddings" } }""")), "");
        RunStatus running = new() { Id = "teacher-1", Name = "wide", State = KdCluster.Runs.RunState.Running, Students = [new() { Variant = "alone", Seed = 1, Checkpoint = folder.Path }] };
        int asked = 0, deployed = 0;
        IRunGrain training = Fake<IRunGrain>.Make(new()
        {
            [nameof(IRunGrain.GetAsync)] = () => Task.FromResult<RunStatus?>(running),
            [nameof(IRunGrain.NextAsync)] = () =>
            {
                time.Advance(TimeSpan.FromMinutes(10));
                return ++asked % 2 == 1 ? throw new TimeoutException("it did not answer") : Task.FromResult(asked == 4 ? running with { State = KdCluster.Runs.RunState.Succeeded } : running);
            },
        });
        ITeacherGrain teacher = Fake<ITeacherGrain>.Make(new()
        {
            [nameof(ITeacherGrain.GetAsync)] = () => Task.FromResult<TeacherDeployment?>(deployed == 0 ? null : throw new InvalidOperationException()),
            [nameof(ITeacherGrain.DeployAsync)] = () => ++deployed == 1 ? throw new TimeoutException("it did not answer") : Task.FromResult(new TeacherPlace("", [])),
        });
        using RecentData recent = new(options, time);
        TrainedTeachers teachers = new(
            recent, Fake<IGrainFactory>.MakeOf(method => method.ReturnType == typeof(IRunGrain) ? training : teacher), new GrainRetry(time), NullLogger<TrainedTeachers>.Instance);

        Task provided = teachers.ProvideAsync("run", recipe, 1, _ => Task.CompletedTask, CancellationToken.None);
        using CancellationTokenSource patience = Deadline.After(TimeSpan.FromSeconds(60));
        while (!provided.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await provided;
        Assert.Equal((4, 2), (asked, deployed));
    }

    [Fact]
    public void Rows_decide_what_a_teacher_is_and_names_and_files_do_not()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder same = new();
        using TemporaryFolder other = new();
        TinyTask.Write(folder.Path);
        TinyTask.Write(same.Path);
        TinyTask.Write(other.Path, train: 241);
        string id = Identity(folder);
        Assert.Equal(id, Identity(same));
        Assert.Equal(id, Identity(folder, r => r["name"] = "other"));
        Assert.Equal(id, Identity(folder, r => r["data"]!.AsObject().Remove("test")));
        Assert.NotEqual(id, Identity(other));
        Assert.NotEqual(id, Identity(folder, threads: 2));
        Assert.NotEqual(id, Identity(folder, r => r["training"]!["epochs"] = 3));
        Assert.NotEqual(id, Identity(folder, r => r["student"]!["hidden"] = 17));
        Assert.NotEqual(id, Identity(folder, r => r["data"]!["maxLength"] = 15));
        Assert.NotEqual(id, Identity(folder, r => r["data"]!["limit"] = 100));
        Assert.NotEqual(TrainedTeachers.DeployedName("run", "a"), TrainedTeachers.DeployedName("other", "a"));

        static string Identity(TemporaryFolder folder, Action<JsonObject>? change = null, int threads = 1)
        {
            Recipe recipe = RecipeReader.Read(TinyTask.Recipe(folder.Path, change: change), "");
            return TrainedTeachers.Identity(recipe, TaskRegistry.Find(recipe.TaskOrDefault()).Load(recipe.Data, folder.Path, folder.Path), threads);
        }
    }

    /// <summary>A limit of instances leaves the documents as they are.</summary>
    [Fact]
    public void The_limit_decides_what_a_language_model_is()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a.txt"), string.Concat(Enumerable.Range(0, 200).Select(i => $"Line {i}.\n")));

        string[] identities = [.. new[] { "", ", \"limit\": 32", ", \"limit\": 33" }.Select(limit =>
        {
            Recipe recipe = RecipeReader.Read($$"""{ "name": "a", "task": "language-modelling", "data": { "train": "{{folder.File("a.txt")}}"{{limit}} }, "student": { "kind": "gpt2" } }""", "");
            return TrainedTeachers.Identity(recipe, TaskRegistry.Find(recipe.TaskOrDefault()).Load(recipe.Data, folder.Path, folder.Path), 1);
        })];

        Assert.Equal(3, identities.Distinct().Count());
    }

    private static string Recipe(TinySilo silo, Action<JsonObject>? change = null) => TinyTask.Recipe(silo.Folder.Path, "own-teachers", "bag-of-embeddings", ["wide", "half"], r =>
    {
        r["teachers"]![0]!["train"] = JsonNode.Parse("""{ "model": { "kind": "text-cnn", "embedding": 16, "hidden": 12 }, "training": { "epochs": 3 } }""");
        r["teachers"]![1]!["train"] = JsonNode.Parse("""{ "model": { "kind": "bag-of-embeddings", "embedding": 16, "hidden": 16 }, "seed": 2, "transform": [{ "kind": "random-labels", "classes": ["1"] }] }""");
        change?.Invoke(r);
    });

    private static async Task<string[]> TrainingsAsync(TinySilo silo) =>
        [.. (await silo.Client.Runs.ListAsync(new ListRunsRequest())).Runs.Select(r => r.Id).Where(id => id.StartsWith("teacher-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static async Task<string[]> TeachersAsync(TinySilo silo) => [.. (await silo.Client.Teachers.ListAsync(new ListTeachersRequest())).Teachers.Select(t => t.Name)];

    private static RunState StateOf(TinySilo silo, string run) => silo.Client.Runs.Get(new RunId { Id = run }).State;

    private static Task<byte[]> BestAsync(TinySilo silo, Run run) => File.ReadAllBytesAsync(Path.Combine(silo.Home, "runs", run.Id, "students", "uniform-1", "best", "model.safetensors"));
}
