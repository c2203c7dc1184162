using KdCluster.Cluster.Silos;
using KdCluster.Silos;
using KdCluster.Tests.Cli;

namespace KdCluster.Tests.Silos;

public class BoardGrainTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly BoardGrain _board;

    public BoardGrainTests() => _board = new BoardGrain(_clock);

    [Fact]
    public async Task Teachers_that_are_placed_together_go_to_different_silos_before_the_board_has_heard_of_them()
    {
        await _board.ReportAsync(Silo("a", 1000, 100));
        await _board.ReportAsync(Silo("b", 1000, 150));

        Assert.Equal("a", await _board.ReserveAsync("one", 100, "", []));
        Assert.Equal("b", await _board.ReserveAsync("two", 100, "", []));
        Assert.Equal("a", await _board.ReserveAsync("three", 100, "", []));
    }

    [Fact]
    public async Task Replicas_of_one_teacher_never_share_a_silo_and_room_that_is_promised_is_not_promised_again()
    {
        await _board.ReportAsync(Silo("a", 1000, 100));
        await _board.ReportAsync(Silo("b", 1000, 500));

        Assert.Equal("b", await _board.ReserveAsync("one", 400, "", ["a"]));
        Assert.Null(await _board.ReserveAsync("two", 400, "", ["a"]));
        Assert.Null(await _board.ReserveAsync("one", 1, "", ["a", "b"]));
    }

    [Fact]
    public async Task Promised_room_is_free_again_when_its_model_never_came_and_is_not_counted_twice_when_it_did()
    {
        await _board.ReportAsync(Silo("a", 1000, 0));
        Assert.Equal("a", await _board.ReserveAsync("one", 600, "", []));
        await _board.ReportAsync(Silo("a", 1000, 600, "one"));
        Assert.Equal("a", await _board.ReserveAsync("two", 300, "", []));
        Assert.Null(await _board.ReserveAsync("three", 300, "", []));

        _clock.Advance(TimeSpan.FromSeconds(31));
        await _board.ReportAsync(Silo("a", 1000, 600, "one"));
        Assert.Equal("a", await _board.ReserveAsync("three", 300, "", []));
    }

    [Fact]
    public async Task Where_a_device_does_not_say_how_much_it_holds_the_bytes_of_models_decide_then_the_load()
    {
        await _board.ReportAsync(Silo("a", 0, 300) with { Devices = ["cuda"] });
        await _board.ReportAsync(Silo("b", 9000, 200) with { Devices = ["cuda"] });
        await _board.ReportAsync(Silo("c", 0, 200) with { Devices = ["cuda"], Loads = [new TeacherLoad("x", "cuda", 64, 0, 0)] });
        await _board.ReportAsync(Silo("d", 0, 0));

        Assert.Equal("b", await _board.ReserveAsync("one", 0, "cuda", []));
        Assert.Equal("c", await _board.ReserveAsync("two", 0, "cuda", []));
    }

    [Fact]
    public async Task Silos_that_train_that_are_being_emptied_or_that_fell_silent_get_no_teacher()
    {
        await _board.ReportAsync(Silo("silent", 1000, 0));
        _clock.Advance(TimeSpan.FromSeconds(11));
        await _board.ReportAsync(Silo("trains", 1000, 0) with { Roles = ["trainer"] });
        await _board.ReportAsync(Silo("leaves", 1000, 0) with { Draining = true });

        Assert.Null(await _board.ReserveAsync("one", 1, "", []));
    }

    private static SiloState Silo(string address, long memory, long used, params string[] teachers) =>
        new() { Address = address, Endpoint = $"http://{address}", Roles = ["teacher"], Devices = ["cpu"], Memory = memory, MemoryUsed = used, Teachers = teachers };
}
