using KdCluster.Cluster.Runs;
using KdCluster.Silos;

namespace KdCluster.Tests.Runs;

/// <summary>What a check says of the device that a recipe names: students are placed where a silo offers it, whatever the machine of the check has.</summary>
public class StudentDeviceTests
{
    private static readonly SiloState s_cpu = Silo("here", "cpu"), s_gpu = Silo("here", "cuda:0");

    [Fact]
    public void A_machine_with_a_GPU_whose_silo_does_not_offer_it_trains_no_student_on_it()
    {
        KdError error = Assert.Single(StudentDevice.Errors([s_cpu], "cuda:0", isHere: _ => true));

        Assert.Equal(("KD1206", "training.device"), (error.Code, error.Where));
        Assert.Contains("--device cuda:0", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silo_that_only_serves_teachers_does_not_count() =>
        Assert.Single(StudentDevice.Errors([s_cpu, Silo("there", "cuda:0") with { Roles = ["teacher"] }], "cuda", isHere: _ => true));

    [Fact]
    public void Another_silo_that_offers_the_kind_is_enough_and_knows_its_numbers_itself() =>
        Assert.Empty(StudentDevice.Errors([s_cpu, Silo("there", "cuda:0")], "cuda:3", isHere: _ => false));

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void A_number_is_looked_up_where_this_silo_alone_would_train(bool isHere, int errors) =>
        Assert.Equal(errors, StudentDevice.Errors([s_gpu, Silo("there", "cpu")], "cuda:3", _ => isHere).Count());

    [Fact]
    public void Every_silo_has_a_processor() => Assert.Empty(StudentDevice.Errors([s_gpu], "cpu", isHere: _ => true));

    private static SiloState Silo(string address, string device) => new() { Address = address, Endpoint = $"http://{address}", Roles = ["trainer"], Devices = [device] };
}
