using System.Diagnostics;
using System.Text.Json.Nodes;

namespace KdCluster.Tests.Yaml;

public class YamlReaderTests
{
    [Theory]
    [InlineData("a: 1\nb: two # a remark\nc: [1, 'x', { d: \"e\\n\" }]", """{"a":1,"b":"two","c":[1,"x",{"d":"e\n"}]}""")]
    [InlineData("list:\n- a: 1\n  b:\n    - 2\n    - 3\n- 4\n", """{"list":[{"a":1,"b":[2,3]},4]}""")]
    [InlineData("deep:\n  - name: x\n    list:\n      - k: v\n\n  # between\n  - name: z", """{"deep":[{"name":"x","list":[{"k":"v"}]},{"name":"z"}]}""")]
    [InlineData("text: |\n  one\n    two\n\n  three\nfold: >-\n  a\n  b\nend: 1", """{"text":"one\n  two\n\nthree\n","fold":"a b","end":1}""")]
    [InlineData("x: &x\n  a: 1\n  b: 2\ny:\n  <<: *x\n  b: 3\nz: *x", """{"x":{"a":1,"b":2},"y":{"b":3,"a":1},"z":{"a":1,"b":2}}""")]
    [InlineData("url: http://a:1/#b\nempty:\nmode: 0440\nquoted: \"0440\"\nhalf: 0.5", """{"url":"http://a:1/#b","empty":null,"mode":288,"quoted":"0440","half":0.5}""")]
    [InlineData("- [a, b]\n- {}\n- []\n- 'it''s: fine'", """[["a","b"],{},[],"it's: fine"]""")]
    public void Yaml_is_read_as_the_same_json(string yaml, string json) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), YamlReader.Document(yaml)), YamlReader.Document(yaml).ToJsonString());

    [Theory]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: [1, 2")]
    [InlineData("a: yes")]
    [InlineData("a:\n  b: 1\n c: 2")]
    [InlineData("a: \"x\" y")]
    public void What_is_wrong_or_unclear_is_refused(string yaml) => Assert.ThrowsAny<Exception>(() => YamlReader.Document(yaml));

    [PythonYamlFact]
    public void Every_file_reads_the_same_in_Python()
    {
        foreach (string file in DeployFiles.Yaml())
        {
            ProcessStartInfo start = new("python3", ["-c", "import json,sys,yaml; json.dump([d for d in yaml.safe_load_all(open(sys.argv[1])) if d is not None], sys.stdout)", file]) { RedirectStandardOutput = true };
            using Process python = Process.Start(start)!;
            JsonNode theirs = JsonNode.Parse(python.StandardOutput.ReadToEnd())!;
            python.WaitForExit();
            JsonArray ours = new([.. YamlReader.Documents(File.ReadAllText(file))]);
            Assert.True(JsonNode.DeepEquals(theirs, ours), $"{file} is read differently");
        }
    }
}
