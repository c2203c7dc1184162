using System.Text.Json;
using System.Text.Json.Nodes;
using KdCluster.Instances;
using KdCluster.Learning.Data;
using KdCluster.Learning.Models;
using KdCluster.Learning.Tasks;
using KdCluster.Learning.Text;
using KdCluster.Recipes;
using KdCluster.Tests.Data;
using KdCluster.Tests.Published;

namespace KdCluster.Tests.Text;

public sealed class HuggingFaceTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hf_minilm_l6")]
    [InlineData("hf_arctic_xs")]
    public void A_published_vocabulary_gives_the_ids_of_the_reference(string name)
    {
        PublishedData.Need(name);
        string folder = Path.Combine(PublishedData.Folder, name);
        Tokenizer tokenizer = Tokenizer.FromFolder(folder, positions: 512);
        Assert.Equal((30522, 0, 512, 103), (tokenizer.Vocabulary, tokenizer.Padding, tokenizer.MaxLength, tokenizer.Hidden!.Value));
        JsonArray rows = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")))!["rows"]!.AsArray();
        Assert.Equal(6, rows.Count);
        Assert.All(rows, row =>
        {
            InstanceView view = tokenizer.Encode(row!["text"]!.GetValue<string>());
            Assert.Equal(row["ids"]!.AsArray().Select(id => id!.GetValue<int>()), view.Ids);
            Assert.Null(view.Types);
        });
    }

    [Fact]
    public void Texts_get_the_special_tokens_of_their_kind_and_so_do_pairs()
    {
        Tokenizer bert = Read(TokenizerFiles.WordPiece()), roberta = Read(TokenizerFiles.ByteLevel(roberta: true)), gpt = Read(TokenizerFiles.ByteLevel(roberta: false));
        Assert.Equal([2, 5, 6, 8, 9, 10, 11, 3], bert.Encode("Playing the FILM,!").Ids);
        InstanceView pair = bert.Encode("Playing", "the film");
        Assert.Equal([2, 5, 6, 3, 8, 9, 3], pair.Ids);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], pair.Types!);
        int the = roberta.Encode(" the").Ids[1], film = roberta.Encode(" film").Ids[1];
        Assert.Equal([0, the, film, 2], roberta.Encode(" the film").Ids);
        InstanceView two = roberta.Encode(" the", " film");
        Assert.Equal([0, the, 2, 2, film, 2], two.Ids);
        Assert.Null(two.Types);
        Assert.Equal([the - 4, film - 4], gpt.Encode(" the", " film").Ids);
        Assert.Equal((0, 1, gpt.Vocabulary), (bert.Padding, roberta.Padding, gpt.Padding));
        Assert.Equal((4, 4, (int?)null), (bert.Hidden, roberta.Hidden, gpt.Hidden));
        Assert.Equal(gpt.Vocabulary + 1, gpt.ShapeOf(new ModelSpec { Kind = "text-cnn" }, 2).Vocabulary);
        // Written out, a special token in a text is that token, as transformers has it.
        Assert.Equal([2, 8, 3, 9, 3], bert.Encode("the [SEP] film").Ids);
        Assert.Equal([2, 3], bert.Encode("").Ids);
        Assert.Equal([0, 2], roberta.Encode("").Ids);
        Assert.All([0, 2, 3, 4], mark => Assert.False(bert.IsWord(mark)));
        Assert.All([1, 5, 63], word => Assert.True(bert.IsWord(word)));
    }

    [Theory]
    // Letters of the first and the second text; of a pair the kept ones are 5 at MaxLength 8.
    [InlineData("abcdefghi", null, "abcdef", null)]
    [InlineData("a", "bcdefghi", "a", "bcde")]
    [InlineData("abcdefghi", "j", "abcd", "j")]
    [InlineData("abcd", "efgh", "ab", "efg")]
    [InlineData("abcde", "fgh", "abc", "fg")]
    [InlineData("abc", "defgh", "ab", "def")]
    [InlineData("ab", "cdefgh", "ab", "cde")]
    public void What_is_too_long_is_cut_longest_first_and_the_end_token_stays(string first, string? second, string keptFirst, string? keptSecond)
    {
        Tokenizer tokenizer = Read(TokenizerFiles.WordPiece(maxLength: 8));
        InstanceView view = tokenizer.Encode(Spaced(first)!, Spaced(second));
        Assert.Equal(8, view.Length);
        Assert.Equal([2, .. Ids(keptFirst), 3, .. keptSecond is null ? [] : (int[])[.. Ids(keptSecond), 3]], view.Ids);
        Assert.True(tokenizer.IsCut(Spaced(first)!, Spaced(second)));
        Assert.False(tokenizer.IsCut(Spaced(keptFirst)!, Spaced(keptSecond)));

        static string? Spaced(string? letters) => letters is null ? null : string.Join(' ', letters.ToCharArray());
        static int[] Ids(string letters) => [.. letters.Select(c => c - 'a' + 12)];
    }

    [Fact]
    public void A_text_that_cannot_be_encoded_is_told()
    {
        JsonObject file = TokenizerFiles.Unigram([("a", -1), ("b", -2), ("</s>", 0)]);
        file["model"]!["unk_id"] = null;
        Tokenizer tokenizer = Read(file);
        Assert.Equal("KD1219", Assert.Throws<KdException>(() => tokenizer.Encode("xyz")).Code);
        // Among many rows, on all cores, it is the same error.
        TextRow[] rows = [.. Enumerable.Range(0, 200).Select(i => new TextRow("xyz", null, i % 2))];
        Assert.Equal("KD1219", Assert.Throws<KdException>(() => EncodedSplit.Encode(new TextSplit(rows), tokenizer)).Code);
        TextData data = new(new TextSplit(rows), new TextSplit(rows), null, LabelSpace.Of(["a", "b"]), BadRowReport.None, new SplitOverlap(0, 0));
        Assert.Equal("KD1219", Assert.Throws<KdException>(() => data.Profile(tokenizer)).Code);
        Assert.Equal("KD1219", Assert.Throws<KdException>(() => Read(TokenizerFiles.WordPiece()).Encode(new string('a', (1 << 22) + 1))).Code);
    }

    // The library ends the process where there is no memory for what a text becomes.
    [Fact]
    public void What_makes_a_text_too_long_or_a_word_too_slow_is_refused_before_the_library_sees_it()
    {
        static JsonObject Replace(string by) => new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = "a" }, ["content"] = by };
        static JsonObject Sequence(string list, int count, Func<JsonObject> one) => new() { ["type"] = "Sequence", [list] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => (JsonNode)one())]) };
        static JsonObject ByteLevel() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = false };
        void Refused(string said, Action<JsonObject> change)
        {
            JsonObject wrong = TokenizerFiles.WordPiece();
            change(wrong);
            KdException refused = Assert.Throws<KdException>(() => Read(wrong));
            Assert.Equal("KD1207", refused.Code);
            Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        }

        Refused("1000000000000000 times as long", f => f["normalizer"] = Sequence("normalizers", 5, () => Replace(new string('a', 1000))));
        Refused("times as long", f => f["normalizer"] = Replace(new string('a', 1025)));
        Refused("times as long", f => f["normalizer"] = Sequence("normalizers", 11, () => new() { ["type"] = "Prepend", ["prepend"] = "a" }));
        Refused("times as long", f => f["normalizer"] = Sequence("normalizers", 11, () => new() { ["type"] = "ByteLevel" }));
        Refused("times as long", f => f["pre_tokenizer"] = Sequence("pretokenizers", 6, ByteLevel));
        Refused("65 normalizers", f => f["normalizer"] = Sequence("normalizers", 64, () => Replace("b")));
        Refused("added tokens", f =>
        {
            f["normalizer"] = Replace(new string('a', 1000));
            f["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = f["model"]!["vocab"]!.AsObject().Count, ["content"] = new string('a', 70_000), ["special"] = false });
        });
        Refused("257 characters", f => f["model"]!["max_input_chars_per_word"] = 257);

        // What is usual is within the bounds: of Llama 2, and of T5 without its table.
        JsonObject usual = TokenizerFiles.WordPiece();
        usual["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "NFKC" }, new JsonObject { ["type"] = "Prepend", ["prepend"] = "\u2581" }, new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = " " }, ["content"] = "\u2581" }) };
        Assert.Equal(3, Read(usual).Encode("film").Ids.Length);

        // A text has its own bound: what it may become.
        JsonObject file = TokenizerFiles.WordPiece();
        file["normalizer"] = Replace(new string('a', 1000));
        Tokenizer tokenizer = Read(file);
        Assert.Equal([2, 1, 3], tokenizer.Encode("a").Ids);
        KdException long_ = Assert.Throws<KdException>(() => tokenizer.Encode(new string('a', 68_000)));
        Assert.Equal("KD1219", long_.Code);
        Assert.Contains("1000 times as long", long_.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pieces_are_chosen_by_their_scores()
    {
        Tokenizer tokenizer = Read(TokenizerFiles.Unigram([("<unk>", 0), ("<s>", 0), ("</s>", 0), ("\u2581", -3), ("a", -2), ("b", -2), ("ab", -3.5), ("\u2581ab", -9), ("ba", -4.5)]));
        // ▁ ab: 6.5 against 7 of ▁ a b and 9 of ▁ab; then b a: 4 against 4.5 of ba.
        Assert.Equal([3, 6, 5, 4, 2], tokenizer.Encode("abba").Ids);
        Assert.Equal([3, 0, 2], tokenizer.Encode("z").Ids);
        PublishedData.Need("hf_stories260k");
        Tokenizer stories = Read(TokenizerFiles.Unigram(TokenizerFiles.StoryPieces(Path.Combine(PublishedData.Folder, "hf_stories260k", "pieces.json")), 64));
        Assert.Equal(512, stories.Vocabulary);
        Assert.All(TokenizerFiles.OddTexts().Take(200), text => Assert.All(stories.Encode(text).Ids, id => Assert.InRange(id, 0, 511)));
    }

    // The library's own special tokens, asked with the whole file, are the reference; and what it says may not change under kept soft targets.
    [Fact]
    public void Two_thousand_odd_texts_give_what_the_library_gives_and_gave()
    {
        PublishedData.Need("hf_minilm_l6");
        Tokenizer bert = Tokenizer.FromFolder(Path.Combine(PublishedData.Folder, "hf_minilm_l6"), positions: 4096);
        Tokenizer[] tokenizers = [bert, Read(TokenizerFiles.ByteLevel(roberta: true, 4096)), Read(TokenizerFiles.ByteLevel(roberta: false, 4096)), Read(TokenizerFiles.Unigram(TokenizerFiles.StoryPieces(Path.Combine(PublishedData.Folder, "hf_stories260k", "pieces.json")), 4096))];
        List<string> hashes = [];
        foreach (Tokenizer tokenizer in tokenizers)
        {
            string file = _folder.Write($"{tokenizer.Hash}.json", System.Text.Encoding.UTF8.GetString(tokenizer.ToBytes()));
            using var library = new global::Tokenizers.DotNet.Tokenizer(file);
            using ContentHash all = new();
            foreach (string text in TokenizerFiles.OddTexts())
            {
                int[] ids = tokenizer.Encode(text).Ids;
                string sound = string.Concat(text.EnumerateRunes());
                Assert.Equal(library.Encode(sound).Select(id => (int)id), ids);
                all.Add(ids.Length);
                foreach (int id in ids)
                    all.Add(id);
            }

            hashes.Add(all.End()[..16]);
        }

        Assert.Equal(["f2003d8dae8eb43b", "0783dbc224c5c791", "3df93e4e4a30ff2d", "3ab895b8ddd8710f"], hashes);
    }

    [Fact]
    public void The_expression_of_Llama_3_splits_texts()
    {
        JsonObject file = TokenizerFiles.ByteLevel(roberta: false);
        file["pre_tokenizer"] = JsonNode.Parse("""
            {"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},
            {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}
            """);
        Tokenizer tokenizer = Read(file);
        Assert.Equal(Read(TokenizerFiles.ByteLevel(roberta: false)).Encode(" the film").Ids, tokenizer.Encode(" the film").Ids);
    }

    [Fact]
    public void A_file_is_written_so_that_it_is_read_as_the_same_and_with_what_transformers_wants()
    {
        foreach (JsonObject file in (JsonObject[])[TokenizerFiles.WordPiece(), TokenizerFiles.ByteLevel(true), TokenizerFiles.ByteLevel(false), TokenizerFiles.Unigram([("<unk>", 0), ("<s>", 0), ("</s>", 0), ("\u2581", -3), ("\u00e9", -2)])])
        {
            Tokenizer tokenizer = Read(file);
            Tokenizer again = Assert.IsType<HuggingFaceTokenizer>(InputEncoder.FromBytes(tokenizer.ToBytes(), "again"), exactMatch: false);
            Assert.Same(tokenizer, again);
            Assert.Equal(tokenizer.ToBytes(), again.ToBytes());
            Assert.Equal(["tokenizer.json", "tokenizer_config.json"], tokenizer.Files.Select(f => f.Name));
            // The maximum length is part of what it does.
            file["truncation"]!["max_length"] = 15;
            Assert.NotEqual(tokenizer.Hash, Read(file).Hash);
        }

        // A padding that is the end's token is none; the next one counts, here and when it is read again.
        JsonObject odd = TokenizerFiles.WordPiece();
        odd["padding"] = new JsonObject { ["pad_token"] = "[SEP]", ["pad_id"] = 3 };
        Assert.Equal(0, Read(odd).Padding);
        Assert.Equal(Read(odd).Hash, Tokenizer.FromBytes(Read(odd).ToBytes(), "again").Hash);
        using var config = JsonDocument.Parse(Read(TokenizerFiles.WordPiece()).Files[1].Bytes);
        Assert.Equal("BertTokenizer", config.RootElement.GetProperty("tokenizer_class").GetString());
        Assert.True(config.RootElement.GetProperty("do_lower_case").GetBoolean());
        Assert.Equal((16, "[PAD]", "[MASK]"), (config.RootElement.GetProperty("model_max_length").GetInt32(), config.RootElement.GetProperty("pad_token").GetString(), config.RootElement.GetProperty("mask_token").GetString()));
        using var roberta = JsonDocument.Parse(Read(TokenizerFiles.ByteLevel(true)).Files[1].Bytes);
        Assert.Equal(("PreTrainedTokenizerFast", "<s>", 2), (roberta.RootElement.GetProperty("tokenizer_class").GetString(), roberta.RootElement.GetProperty("bos_token").GetString(), roberta.RootElement.GetProperty("model_input_names").GetArrayLength()));
    }

    [Fact]
    public void What_stands_beside_a_file_counts()
    {
        string text = string.Join('\n', "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "caf\u00e9", "cafe", "Cafe") + "\n";
        string vocabulary = _folder.Write("vocab.txt", text);
        Assert.Equal([2, 6, 3], Tokenizer.FromFolder(_folder.Path, 8).Encode("Caf\u00e9").Ids);
        Assert.Contains("no maximum length", Assert.Throws<KdException>(() => Tokenizer.FromFile(vocabulary)).Message, StringComparison.Ordinal);
        _folder.Write("tokenizer_config.json", """{"do_lower_case": false, "model_max_length": 6, "tokenizer_class": "BertTokenizer"}""");
        Assert.Equal([2, 1, 3], Tokenizer.FromFile(vocabulary).Encode("Caf\u00e9").Ids);
        Assert.Equal(6, Tokenizer.FromFile(vocabulary, 8).MaxLength);
        Assert.Equal(5, Tokenizer.FromFile(vocabulary, 5).MaxLength);
        _folder.Write("tokenizer_config.json", """{"strip_accents": false, "model_max_length": 1000000000000000019884624838656, "tokenizer_class": "BertTokenizer"}""");
        Assert.Equal([2, 5, 3], Tokenizer.FromFile(vocabulary, 8).Encode("Caf\u00e9").Ids);
        _folder.Write("vocab.txt", text.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal([2, 5, 3], Tokenizer.FromFile(vocabulary, 8).Encode("Caf\u00e9").Ids);
        foreach ((string wrong, string config) in ((string, string)[])[(text + "cafe\n", "{}"), (text.Replace("[SEP]\n", "", StringComparison.Ordinal), "{}"), (text, """{"tokenizer_class": "MPNetTokenizer"}"""), (text, "[]"), (text, """{"model_max_length": 3}""")])
        {
            _folder.Write("vocab.txt", wrong);
            _folder.Write("tokenizer_config.json", config);
            Assert.Equal("KD1207", Assert.Throws<KdException>(() => Tokenizer.FromFile(vocabulary, 8)).Code);
        }

        Assert.Equal("KD1202", Assert.Throws<KdException>(() => Tokenizer.FromFolder(Path.Combine(_folder.Path, "none"))).Code);
    }

    // transformers puts what stands beside a file over it.
    [Theory]
    [InlineData("""{"do_lower_case": false, "strip_accents": true, "tokenize_chinese_chars": false}""", "do_lower_case is false in tokenizer_config.json and true in the file, tokenize_chinese_chars is false")]
    [InlineData("""{"strip_accents": false}""", "strip_accents is false")]
    [InlineData("""{"truncation_side": "left"}""", "truncation_side is left")]
    [InlineData("""{"do_lower_case": true, "strip_accents": null, "truncation_side": "right", "padding_side": "left", "add_prefix_space": true}""", null)]
    public void What_stands_beside_a_file_does_not_contradict_it(string config, string? said)
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "tokenizer.json"), TokenizerFiles.Utf8(TokenizerFiles.WordPiece()));
        _folder.Write("tokenizer_config.json", config);
        KdException? refused = (KdException?)Record.Exception(() => Tokenizer.FromFolder(_folder.Path));
        Assert.Equal(said is null ? null : "KD1207", refused?.Code);
        Assert.Contains(said ?? "", refused?.Message ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_space_before_a_text_is_not_contradicted_either(bool inFile)
    {
        JsonObject bytes = TokenizerFiles.ByteLevel(roberta: true), pieces = TokenizerFiles.Unigram([("<unk>", 0), ("<s>", 0), ("</s>", 0), ("\u2581", -3)]);
        bytes["pre_tokenizer"]!["add_prefix_space"] = inFile;
        pieces["pre_tokenizer"]!["prepend_scheme"] = inFile ? "first" : "never";
        foreach (JsonObject file in (JsonObject[])[bytes, pieces])
        {
            File.WriteAllBytes(Path.Combine(_folder.Path, "tokenizer.json"), TokenizerFiles.Utf8(file));
            _folder.Write("tokenizer_config.json", $$"""{"add_prefix_space": {{(inFile ? "true" : "false")}}}""");
            Assert.Equal(inFile, JsonNode.Parse(Tokenizer.FromFolder(_folder.Path).Files[1].Bytes)!["add_prefix_space"]?.GetValue<bool>() ?? false);
            _folder.Write("tokenizer_config.json", $$"""{"add_prefix_space": {{(inFile ? "false" : "true")}}}""");
            Assert.Contains("add_prefix_space is", Assert.Throws<KdException>(() => Tokenizer.FromFolder(_folder.Path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_written_is_what_was_read_and_transformers_is_told_the_same()
    {
        // The padding that stands beside the file is the unknown word's, which is none; the next one counts. And one that no list of names has.
        string[] tokens = ["<unk>", "<pad>", "<nothing>", "[CLS]", "[SEP]", "a"];
        foreach ((string beside, string padding, int id) in ((string, string, int)[])[("<unk>", "<pad>", 1), ("<nothing>", "<nothing>", 2)])
        {
            JsonObject file = TokenizerFiles.WordPiece();
            file["model"]!["vocab"] = new JsonObject(tokens.Select((t, i) => KeyValuePair.Create(t, (JsonNode?)i)));
            file["model"]!["unk_token"] = "<unk>";
            file["added_tokens"] = new JsonArray();
            file["post_processor"] = new JsonObject { ["type"] = "BertProcessing", ["sep"] = new JsonArray("[SEP]", 4), ["cls"] = new JsonArray("[CLS]", 3) };
            file["normalizer"]!["strip_accents"] = false;
            file["normalizer"]!["handle_chinese_chars"] = false;
            File.WriteAllBytes(Path.Combine(_folder.Path, "tokenizer.json"), TokenizerFiles.Utf8(file));
            _folder.Write("tokenizer_config.json", $$"""{"pad_token": "{{beside}}"}""");
            Tokenizer read = Tokenizer.FromFolder(_folder.Path);
            Assert.Equal(id, read.Padding);
            foreach ((string name, byte[] bytes) in read.Files)
                File.WriteAllBytes(Path.Combine(_folder.Path, name), bytes);
            foreach (Tokenizer again in (Tokenizer[])[Tokenizer.FromFolder(_folder.Path), Tokenizer.FromBytes(read.ToBytes(), "again")])
                Assert.Equal((read.Hash, id), (again.Hash, again.Padding));
            JsonNode config = JsonNode.Parse(read.Files[1].Bytes)!;
            Assert.Equal(padding, config["pad_token"]?.GetValue<string>());
            Assert.Equal((true, false, false), (config["do_lower_case"]!.GetValue<bool>(), config["strip_accents"]!.GetValue<bool>(), config["tokenize_chinese_chars"]!.GetValue<bool>()));
        }
    }

    [Theory]
    [InlineData("model", "{\"type\":\"WordLevel\",\"vocab\":{\"a\":0,\"b\":1},\"unk_token\":\"a\"}", "not a tokenizer of this project")]
    [InlineData("model", "{\"type\":\"Other\"}", "'Other'")]
    [InlineData("model.dropout", "0.1", "at random")]
    [InlineData("model.continuing_subword_prefix", "\"##\"", "continued words")]
    [InlineData("model.merges", "[\"no such\"]", "library cannot read")]
    [InlineData("normalizer", "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}", "'Precompiled'")]
    [InlineData("normalizer", "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Mine\"}]}", "'Mine'")]
    [InlineData("normalizer", "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"x\"}", "empty pattern")]
    [InlineData("pre_tokenizer", "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"^(a+)+$\"},\"behavior\":\"Isolated\",\"invert\":false}", "expression ^(a+)+$")]
    [InlineData("pre_tokenizer", "{\"type\":\"UnicodeScripts\"}", "'UnicodeScripts'")]
    [InlineData("post_processor", "{\"type\":\"Other\"}", "'Other'")]
    [InlineData("post_processor", "{\"type\":\"BertProcessing\",\"sep\":[\"a\",99999],\"cls\":[\"a\",0]}", "99999")]
    [InlineData("post_processor", "{\"type\":\"TemplateProcessing\",\"single\":[],\"pair\":[],\"special_tokens\":{}}", "each text once")]
    [InlineData("truncation", "{\"max_length\":16,\"direction\":\"Left\",\"strategy\":\"LongestFirst\",\"stride\":0}", "direction Left")]
    [InlineData("truncation", "{\"max_length\":16,\"direction\":\"Right\",\"strategy\":\"OnlySecond\",\"stride\":0}", "strategy OnlySecond")]
    [InlineData("truncation", "null", "no maximum length")]
    [InlineData("truncation.max_length", "5", "maximum length 5")]
    [InlineData("sections", "{}", "'sections'")]
    [InlineData("added_tokens", "[{\"id\":0,\"content\":\"\",\"special\":true}]", "added token ''")]
    [InlineData("added_tokens", "[{\"id\":7,\"content\":\"<s>\",\"special\":true}]", "'<s>' has id 7")]
    public void What_cannot_be_done_is_refused_with_what(string path, string value, string said)
    {
        JsonObject file = TokenizerFiles.ByteLevel(roberta: true), at = file;
        string[] parts = path.Split('.');
        if (parts.Length > 1)
            at = file[parts[0]]!.AsObject();
        at[parts[^1]] = JsonNode.Parse(value);
        KdException refused = Assert.Throws<KdException>(() => Read(file));
        Assert.Equal("KD1207", refused.Code);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_with_token_types_are_packed_beside_those_without()
    {
        Tokenizer tokenizer = Read(TokenizerFiles.WordPiece(maxLength: 12));
        TextRow[] rows = [.. Enumerable.Range(0, 5000).Select(i => new TextRow(string.Join(' ', Enumerable.Repeat("film", i % 15)), i > 2500 && i % 3 == 0 ? "the film" : null, i % 2))];
        EncodedSplit split = EncodedSplit.Encode(new TextSplit(rows), tokenizer);
        for (int i = 0; i < rows.Length; i++)
        {
            InstanceView expected = tokenizer.Encode(rows[i].Text, rows[i].Pair);
            Assert.Equal(expected.Ids, split.Views[i].Ids);
            Assert.Equal(expected.Types, split.Views[i].Types);
            Assert.Equal(expected.Length, split.Views.LengthOf(i));
        }

        Assert.Null(tokenizer.Fault(split.Views[2502]));
        Assert.Contains("token type 2", tokenizer.Fault(new InstanceView([2, 5, 3], [0, 2, 0]))!, StringComparison.Ordinal);
        Assert.Contains("makes none", WordTokenizer.Build([], 10, 8).Fault(new InstanceView([2, 1, 3], [0, 1, 0]))!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_ours_takes_its_ids_wherever_its_padding_is()
    {
        foreach (JsonObject file in (JsonObject[])[TokenizerFiles.WordPiece(), TokenizerFiles.ByteLevel(true), TokenizerFiles.ByteLevel(false)])
        {
            Tokenizer tokenizer = Read(file);
            using Model model = ModelFactory.Create(tokenizer.ShapeOf(new ModelSpec { Kind = "text-cnn", Embedding = 8, Hidden = 8 }, 2), 1);
            model.eval();
            using var scope = TorchSharp.torch.NewDisposeScope();
            InstanceView view = tokenizer.Encode(" the film", "in");
            float[] alone = [.. model.call(model.Collate([view], 16, 4)).Logits[0].data<float>()], beside = [.. model.call(model.Collate([view, tokenizer.Encode("!")], 16, 4)).Logits[0].data<float>()];
            Assert.Equal(alone, beside);
            Assert.Equal(view.Length, model.Real(model.Collate([view], 16)).sum().item<float>());
        }
    }

    private static Tokenizer Read(JsonObject file) => Tokenizer.FromBytes(TokenizerFiles.Utf8(file), "tokenizer.json");
}
