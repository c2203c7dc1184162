using System.Collections.Immutable;
using Orleans.Calls;
using Orleans.Serialization;

namespace Orleans.Calls
{
    internal sealed class RequestContextData(ImmutableDictionary<string, object> values)
    {
        public static readonly RequestContextData Empty = new(ImmutableDictionary.Create<string, object>());

        public ImmutableDictionary<string, object> Values { get; } = values;
    }
}

namespace Orleans.Runtime
{
    /// <summary>Values that travel with a call and with the calls it makes, and never back.</summary>
    public static class RequestContext
    {
        private static readonly AsyncLocal<RequestContextData?> _current = new();

        public static IEnumerable<string> Keys => Data.Values.Keys;

        public static IEnumerable<KeyValuePair<string, object>> Entries => Data.Values;

        private static RequestContextData Data => _current.Value ?? RequestContextData.Empty;

        public static object? Get(string key) => Data.Values.GetValueOrDefault(key);

        public static void Set(string key, object value) => _current.Value = new RequestContextData(Data.Values.SetItem(key, value));

        public static bool Remove(string key)
        {
            var values = Data.Values;
            if (!values.ContainsKey(key))
                return false;
            _current.Value = new RequestContextData(values.Remove(key));
            return true;
        }

        public static void Clear()
        {
            if (_current.Value is not null)
                _current.Value = null;
        }

        internal static RequestContextData? Export()
        {
            if (_current.Value is not { Values.IsEmpty: false } data)
                return null;
            var session = new CopySession();
            var copies = data.Values;
            foreach (var (key, value) in data.Values)
            {
                if (session.Copy(value) is { } copy && !ReferenceEquals(copy, value))
                    copies = copies.SetItem(key, copy);
            }
            return ReferenceEquals(copies, data.Values) ? data : new RequestContextData(copies);
        }

        internal static void Import(RequestContextData? data)
        {
            if (data is not null || _current.Value is not null)
                _current.Value = data;
        }
    }
}
