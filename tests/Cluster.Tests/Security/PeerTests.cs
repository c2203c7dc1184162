using KdCluster.Client;
using KdCluster.Cluster;
using KdCluster.Tests.Support;
using KdCluster.V1;

namespace KdCluster.Tests.Security;

/// <summary>Two silos with TLS, client certificates and tokens: one trains with the other's teacher.</summary>
public class PeerTests
{
    [Fact]
    public async Task A_silo_asks_anothers_teachers_with_its_own_token_and_certificate()
    {
        TestAuthority authority = new();
        using TemporaryFolder here = new(), there = new();
        Tokens tokens = new(here.Path);
        await File.WriteAllTextAsync(here.File("ca.crt"), authority.Pem);
        (string cert, string key) = authority.Issue(here, "silo", TestAuthority.Server, TestAuthority.Client);
        SecurityOptions security = new()
        {
            Tokens = tokens.File,
            Cert = cert,
            Key = key,
            Ca = here.File("ca.crt"),
            RequireClientCert = true,
            Token = tokens.Add("silos", Cluster.Security.Role.Client),
            DataRoots = [here.Path, there.Path],
        };
        await using TinySilo teachers = await TinySilo.StartAsync(there, o => o with { Url = "https://127.0.0.1:0", Security = security });
        await using TinySilo students = await TinySilo.StartAsync(here, o => o with { Url = "https://127.0.0.1:0", Security = security });
        await using KdClient one = tokens.Client(teachers.Silo.Address, tokens["op"], here.File("ca.crt"), cert, key), two = tokens.Client(students.Silo.Address, tokens["carl"], here.File("ca.crt"), cert, key);

        Run taught = await (await one.StartAsync(TinyTask.Recipe(there.Path, "teacher"))).ResultAsync();
        await one.Teachers.DeployAsync(new DeployTeacherRequest { Name = "bag", Checkpoint = taught.Students[0].Checkpoint });
        Run run = await (await two.StartAsync(TinyTask.Recipe(here.Path, "student", teachers: [$"bag@{teachers.Silo.Address}"]))).ResultAsync();

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.True(run.Students[0].TeacherRows > 0);
    }
}
