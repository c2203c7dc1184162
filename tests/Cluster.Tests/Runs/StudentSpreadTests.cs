using KdCluster.Cluster.Runs;

namespace KdCluster.Tests.Runs;

public class StudentSpreadTests
{
    private static readonly string[] s_eight = ["a", "b", "c", "d", "e", "f", "g", "h"];

    [Theory]
    [InlineData(new[] { 2, 2, 2, 2 }, new[] { 2, 2, 2, 2 })]
    [InlineData(new[] { 8, 8, 8, 8 }, new[] { 2, 2, 2, 2 })]
    [InlineData(new[] { 1, 4, 2 }, new[] { 1, 4, 2 })]
    [InlineData(new[] { 1, 9, 3 }, new[] { 0, 7, 1 })]
    [InlineData(new[] { 0, -1 }, new[] { 0, 0 })]
    public void Each_student_goes_to_the_silo_with_most_free_places(int[] free, int[] given)
    {
        TrainerRoom[] rooms = [.. free.Select((f, i) => new TrainerRoom($"silo-{i}", "", f))];

        (string Student, TrainerRoom Room)[] placed = [.. StudentSpread.Over(s_eight, rooms)];

        Assert.Equal(given, rooms.Select(r => placed.Count(p => p.Room.Silo == r.Silo)));
        Assert.Equal(s_eight.Take(given.Sum()), placed.Select(p => p.Student));
    }
}
