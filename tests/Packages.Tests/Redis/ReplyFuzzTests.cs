using System.Text;
using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

/// <summary>Replies cut anywhere are put together again; replies that are damaged never pass for others, hang a caller or end the process.</summary>
public sealed class ReplyFuzzTests
{
    private static int Scale => PackageModes.IsLong ? 50 : 1;

    public static TheoryData<string> Garbage =>
    [
        "!not resp\r\n", "\r\n", "$5\r\nabc\r\n\r\n", "$999999999999\r\n", "$-7\r\n", "*-7\r\n", ":12x\r\n", "$\r\n", "+no carriage return\n",
        "*99999999999\r\n", "$3\r\nabcXY", string.Concat(Enumerable.Repeat("*1\r\n", 5000)),
    ];

    [Fact]
    public async Task WholeReplies_SurviveAnyCut()
    {
        await using var server = new FakeRedis();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.EndPoint + ",syncTimeout=30000");
        var database = connection.GetDatabase();
        for (var seed = 0; seed < 100 * Scale; seed++)
        {
            var replies = new RandomReply(new Random(seed));
            var (bytes, meaning) = replies.Next();
            server.Answer = () => replies.Pieces(bytes);
            var result = await database.ExecuteAsync("FUZZ");
            Assert.True(meaning == RandomReply.Meaning(result), $"seed {seed}: {Encoding.Latin1.GetString(bytes)}");
        }
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_FailsTheCommand(string garbage) => await SendAsync(Encoding.Latin1.GetBytes(garbage), garbage);

    [Fact]
    public async Task DamagedReplies_FailOrAnswer()
    {
        for (var seed = 0; seed < 10 * Scale; seed++)
        {
            var replies = new RandomReply(new Random(seed));
            await SendAsync(replies.Damaged(replies.Next().Bytes), $"seed {seed}");
        }
    }

    /// <summary>Whatever comes, the caller hears of it; the server then hangs up, so that a reply that is still incomplete ends too.</summary>
    private static async Task SendAsync(byte[] bytes, string what)
    {
        await using var server = new FakeRedis();
        var options = ConfigurationOptions.Parse(server.EndPoint + ",syncTimeout=1000,allowAdmin=true");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        var database = connection.GetDatabase();
        server.Answer = () =>
        {
            server.Answer = () => null;
            return [bytes];
        };
        var first = await Record.ExceptionAsync(() => database.ExecuteAsync("FUZZ").WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(first is null or RedisException or RedisTimeoutException, $"{what}: {first}");
        // A next command must never be answered with bytes left over from the first.
        var second = await Record.ExceptionAsync(() => database.ExecuteAsync("FUZZ").WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(second is RedisException or RedisTimeoutException, $"{what}: {second}");
    }
}
