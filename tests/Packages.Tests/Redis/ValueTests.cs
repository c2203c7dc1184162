using System.Text;
using StackExchange.Redis;

namespace KdCluster.Tests.RedisWire;

/// <summary>Values, keys and options, without a server.</summary>
public sealed class ValueTests
{
    [Fact]
    public void Null_IsNotEmpty()
    {
        Assert.True(RedisValue.Null.IsNull);
        Assert.True(RedisValue.Null.IsNullOrEmpty);
        Assert.False(RedisValue.Null.HasValue);
        Assert.False(RedisValue.EmptyString.IsNull);
        Assert.False(RedisValue.EmptyString.HasValue);
        Assert.Null((string?)RedisValue.Null);
        Assert.Null((byte[]?)RedisValue.Null);
        Assert.Equal(default, RedisValue.Null);
        Assert.NotEqual(RedisValue.EmptyString, RedisValue.Null);
        Assert.Equal(0, (int)RedisValue.Null);
        Assert.Null((int?)RedisValue.Null);
    }

    [Fact]
    public void Conversions_GoBothWays()
    {
        Assert.Equal(long.MinValue, (long)(RedisValue)long.MinValue);
        Assert.Equal(12, (int)(RedisValue)"12");
        Assert.Equal(0.1, (double)(RedisValue)0.1);
        Assert.Equal(2.5, (double)(RedisValue)"2.5");
        Assert.True((bool)(RedisValue)true);
        Assert.Equal("héllo", (string?)(RedisValue)Encoding.UTF8.GetBytes("héllo"));
        Assert.Equal([1, 2, 3], (byte[]?)(RedisValue)new byte[] { 0, 1, 2, 3, 4 }.AsMemory(1, 3));
        Assert.Equal([1, 2, 3], ((ReadOnlyMemory<byte>)(RedisValue)new byte[] { 1, 2, 3 }).ToArray());
        Assert.Throws<InvalidCastException>(() => (int)(RedisValue)"twelve");
        Assert.True(((RedisValue)"77").TryParse(out long number));
        Assert.Equal(77, number);
        Assert.False(((RedisValue)"x").TryParse(out long _));
    }

    [Fact]
    public void Equality_IsOfWhatRedisWouldHold()
    {
        RedisValue text = "42", number = 42, bytes = "42"u8.ToArray();
        Assert.Equal(text, number);
        Assert.Equal(text, bytes);
        Assert.Equal(number, bytes);
        Assert.Equal(text.GetHashCode(), bytes.GetHashCode());
        Assert.True(text == "42");
        Assert.True(text != "43");
        Assert.Equal((RedisKey)"key", (RedisKey)"key"u8.ToArray());
        Assert.Equal(((RedisKey)"key").GetHashCode(), ((RedisKey)"key"u8.ToArray()).GetHashCode());
        Assert.Equal("a:b", ((RedisKey)"a:").Append("b").ToString());
    }

    [Fact]
    public void Options_AreRead()
    {
        var options = ConfigurationOptions.Parse("one:1234,127.0.0.1:77,user=u,password=secret,ssl=true,abortConnect=false,connectTimeout=11,syncTimeout=22,asyncTimeout=33,connectRetry=4,keepAlive=5,defaultDatabase=6,name=me,allowAdmin=true");
        Assert.Equal(2, options.EndPoints.Count);
        Assert.Equal(("u", "secret", true, false, true), (options.User, options.Password, options.Ssl, options.AbortOnConnectFail, options.AllowAdmin));
        Assert.Equal((11, 22, 33, 4, 5, 6, "me"), (options.ConnectTimeout, options.SyncTimeout, options.AsyncTimeout, options.ConnectRetry, options.KeepAlive, options.DefaultDatabase, options.ClientName));
        Assert.DoesNotContain("secret", options.ToString(includePassword: false));
        Assert.Equal(33, ConfigurationOptions.Parse(options.ToString()).AsyncTimeout);
        Assert.Equal("secret", ConfigurationOptions.Parse(options.ToString()).Password);
        Assert.Throws<ArgumentException>(() => ConfigurationOptions.Parse("host,colour=blue"));
        Assert.Equal(5000, new ConfigurationOptions().AsyncTimeout);
        Assert.True(new ConfigurationOptions().AbortOnConnectFail);
    }
}
