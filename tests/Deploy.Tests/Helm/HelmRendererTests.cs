using System.Text.Json.Nodes;

namespace KdCluster.Tests.Helm;

/// <summary>The renderer itself, against what Go's templates give.</summary>
public class HelmRendererTests
{
    [Theory]
    [InlineData("a: {{ .Values.x }}", "a: 1")]
    [InlineData("a\n  {{- if .Values.yes }}\n  b\n  {{- else }}\n  c\n  {{- end }}\nd", "a\n  b\nd")]
    [InlineData("{{ if eq .Values.name \"no\" }}1{{ else if .Values.none }}2{{ else }}3{{ end }}", "3")]
    [InlineData("{{- range $k, $v := .Values.map }}\n{{ $k }}={{ $v }} in {{ $.Release.Name }}\n{{- end }}", "\na=1 in r\nb=2 in r")]
    [InlineData("{{ range .Values.list }}<{{ . }}>{{ end }}", "<x><z>")]
    [InlineData("{{ with .Values.map }}{{ .a }}{{ end }}{{ with .Values.none }}no{{ end }}", "1")]
    [InlineData("{{- define \"d\" -}}\nd of {{ .Release.Name }}\n{{- end -}}\n[{{ include \"d\" . | quote }}]", "[\"d of r\"]")]
    [InlineData("x:\n  {{- toYaml .Values.map | nindent 2 }}", "x:\n  a: 1\n  b: 2")]
    [InlineData("{{ toYaml .Values.deep }}", "list:\n- k: v\n  l:\n  - 1\nn: \"0440\"")]
    [InlineData("{{ printf \"%s-%s\" .Release.Name (default \"d\" .Values.none) | trunc 2 | trimSuffix \"-\" }}", "r")]
    [InlineData("{{ ternary \"a\" \"b\" (default false .Values.none) }}{{ join \",\" .Values.list }}{{ if has \"x\" .Values.list }}!{{ end }}", "bx,z!")]
    [InlineData("{{ if and .Values.yes (not .Values.none) }}1{{ end }}{{ if gt (int .Values.x) 0 }}2{{ end }}", "12")]
    [InlineData("{{- $v := .Values.x -}}{{ if true }}{{ $v }}{{ end }}{{/* nothing */}}{{- /* nothing */ -}}", "1")]
    public void Templates_give_what_helm_gives(string template, string text) => Assert.Equal(text, Render(template));

    [Theory]
    [InlineData("{{ .Values.none.deeper }}")]
    [InlineData("{{ if .Values.x }}")]
    [InlineData("{{ end }}")]
    [InlineData("{{ lookup \"v1\" }}")]
    [InlineData("{{ $unknown }}")]
    [InlineData("{{ include \"nowhere\" . }}")]
    public void What_helm_refuses_or_the_chart_does_not_use_is_refused(string template) => Assert.ThrowsAny<Exception>(() => Render(template));

    [Fact]
    public void Values_that_do_not_fit_the_schema_are_refused()
    {
        FormatException error = Assert.Throws<FormatException>(() => Chart("x").Render(new JsonObject { ["x"] = "one" }));
        Assert.Contains("/x: Value is \"string\" but should be \"integer\"", error.Message, StringComparison.Ordinal);
    }

    private static string Render(string template) => Chart(template).Render(release: "r").Values.Single();

    private static HelmChart Chart(string template)
    {
        string folder = Directory.CreateTempSubdirectory("kd-chart-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "templates"));
            File.WriteAllText(Path.Combine(folder, "Chart.yaml"), "name: c\nversion: 1.0.0\nappVersion: 1.0.0");
            File.WriteAllText(Path.Combine(folder, "values.yaml"), "x: 1\nname: nn\n\"yes\": true\nmap: { a: 1, b: 2 }\nlist: [x, z]\ndeep: { n: \"0440\", list: [{ k: v, l: [1] }] }");
            File.WriteAllText(Path.Combine(folder, "values.schema.json"), """{"properties":{"x":{"type":"integer"}}}""");
            File.WriteAllText(Path.Combine(folder, "templates", "t.yaml"), template);
            return HelmChart.Load(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
