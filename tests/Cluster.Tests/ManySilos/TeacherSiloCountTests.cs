using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.ManySilos;

/// <summary>How many silos a teacher is on does not show in the student.</summary>
public sealed class TeacherSiloCountTests
{
    [ManySilosFact]
    public async Task A_student_is_the_same_with_one_two_and_three_teacher_silos()
    {
        await using SiloProcesses cluster = await SiloProcesses.StartAsync(("gateway", "trainer,gateway"));
        TinyTask.Write(cluster.Data, train: 3000);
        List<byte[]> students = [];
        foreach (string next in (string[])["one", "two", "three"])
        {
            int silos = students.Count + 1;
            // Without a store: else the answers of the first run would serve the others too.
            await cluster.AddAsync(next, "teacher", [("KD_STORE", "none")]);
            if (silos == 1)
                await cluster.TeacherAsync("cnn", r => r["student"]!["kind"] = "text-cnn");
            else
                await cluster.Client.Teachers.ScaleAsync(new ScaleTeacherRequest { Name = "cnn", Replicas = silos });
            long before = (await cluster.TeacherAsync("cnn", t => t.Places.Count == silos)).Places.Sum(p => p.RowsComputed);

            Run run = await cluster.RunAsync(Recipe(cluster));

            Assert.Equal(RunState.Succeeded, run.State);
            students.Add(await File.ReadAllBytesAsync(Path.Combine(run.Students[0].Checkpoint, "model.safetensors")));
            // The last rows are told a second later.
            await cluster.TeacherAsync("cnn", t => t.Places.Count(p => p.RowsComputed > 0) == silos && t.Places.Sum(p => p.RowsComputed) >= before + 3000);
        }

        Assert.All(students, s => Assert.Equal(students[0], s));
    }

    private static string Recipe(SiloProcesses cluster) => TinyTask.Recipe(cluster.Data, "tiny", teachers: ["cnn"], change: r =>
    {
        r["store"] = "none";
        r["training"]!["epochs"] = 1;
        r["training"]!["prefetch"] = 16;
    });
}
