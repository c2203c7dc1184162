namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>All parameters, then all persistent buffers, by name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string before = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (name, parameter) in named_parameters())
                    destination.TryAdd(before + name, parameter);
                foreach (var (name, buffer) in named_buffers())
                    destination.TryAdd(before + name, buffer);
                foreach (var (name, child) in _children)
                    child.state_dict(destination, before + name);
                return destination;
            }

            /// <summary>Copies values in. Strict: names must match exactly, and nothing is copied when they do not.</summary>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var target = state_dict();
                var skipped = skip?.ToHashSet() ?? [];
                List<string> missing = [.. target.Keys.Where(k => !skipped.Contains(k) && !source.ContainsKey(k))];
                List<string> unexpected = [.. source.Keys.Where(k => !skipped.Contains(k) && !target.ContainsKey(k))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                using (no_grad())
                {
                    foreach (var (key, value) in source)
                    {
                        if (!skipped.Contains(key) && target.TryGetValue(key, out var tensor))
                            tensor.copy_(value);
                    }
                }

                return (missing, unexpected);
            }

            public Module save(string location, IList<string>? skip = null)
            {
                using var file = File.Create(location);
                return save(file, skip);
            }

            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                return save(writer, skip);
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                var kept = sd.Where(e => skip?.Contains(e.Key) != true).ToList();
                writer.Write7BitEncodedInt64(kept.Count);
                foreach (var (name, tensor) in kept)
                {
                    writer.Write(name);
                    tensor.Save(writer);
                }
            }

            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var file = File.OpenRead(location);
                return load(file, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                return load(reader, strict, skip, loadedParameters);
            }

            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                var target = state_dict();
                long count = reader.Read7BitEncodedInt64();
                if (strict && count != target.Count)
                    throw new ArgumentException($"Mismatched state_dict sizes: expected {target.Count}, but found {count} entries.");
                for (long i = 0; i < count; i++)
                {
                    string name = reader.ReadString();
                    bool found = target.TryGetValue(name, out var tensor);
                    if (!found && strict)
                        throw new ArgumentException($"Mismatched module state names: the target modules does not have a submodule or buffer named '{name}'");
                    if (found)
                        tensor!.Load(reader, skip?.Contains(name) == true);
                    else
                        target.Values.First().Load(reader, skip: true);
                    loadedParameters?.Add(name, found);
                }

                return this;
            }
        }
    }
}
