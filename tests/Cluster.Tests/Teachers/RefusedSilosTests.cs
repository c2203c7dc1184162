using KdCluster.Cluster.Teachers;
using KdCluster.Cluster.Teachers.Probes;
using KdCluster.Grains;
using KdCluster.Runs;

namespace KdCluster.Tests.Teachers;

/// <summary>For how long a silo that answers otherwise is not asked again.</summary>
public sealed class RefusedSilosTests
{
    private const string Old = "libtorch 2.7.1", New = "libtorch 2.9.0";

    [Fact]
    public void A_new_release_that_was_refused_is_asked_again_once_the_old_one_no_longer_serves()
    {
        RefusedSilos refused = new();
        Assert.Equal("upgraded differs.", refused.Add(Place("upgraded", New))?.What);
        refused.Add(Place("processor", Old));
        refused.Forget(_ => true, served: true, Old);
        Assert.Equal(["upgraded", "processor"], refused.Silos);

        refused.Forget(_ => true, served: false, Old);
        Assert.Equal(["processor"], refused.Silos);
        Assert.Equal(["processor differs."], refused.Refusals.Select(r => r.What));
    }

    [Fact]
    public void A_silo_of_an_earlier_version_that_names_no_libraries_is_not_asked_without_end()
    {
        RefusedSilos refused = new();
        refused.Add(Place("earlier", ""));
        refused.Forget(_ => true, served: false, Old);
        Assert.Equal(["earlier"], refused.Silos);
        refused.Forget(_ => false, served: true, Old);
        Assert.Empty(refused.Silos);
    }

    [Fact]
    public void What_went_wrong_otherwise_or_was_refused_before_is_not_taken()
    {
        RefusedSilos refused = new();
        Assert.Null(refused.Add(new TeacherPlace("", [new KdError("KD1311", "failed.", "", null)]) { Silo = "one" }));
        Assert.NotNull(refused.Add(Place("one", Old)));
        Assert.Null(refused.Add(Place("one", Old)));
        Assert.Single(refused.Silos);
    }

    private static TeacherPlace Place(string silo, string runtime) => new("", [new KdError(ReplicaProbe.Refusal, $"{silo} differs.", "", null)]) { Silo = silo, Runtime = runtime };
}
