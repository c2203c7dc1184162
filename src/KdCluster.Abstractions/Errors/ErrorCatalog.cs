using System.Text;

namespace KdCluster;

/// <summary>Every code, with what it means. A code is never reused; <c>docs/errors.md</c> is made of this list.</summary>
public static class ErrorCatalog
{
    /// <summary>Code and one-line title, in order.</summary>
    public static IReadOnlyList<ErrorEntry> All { get; } =
    [
        new("KD0101", "The .NET SDK is missing or too old"),
        new("KD0102", "KdCluster does not run on this kind of machine"),
        new("KD0103", "Packages could not be restored or the build failed"),

        new("KD1001", "The recipe is not JSON"),
        new("KD1002", "The recipe has an unknown key"),
        new("KD1003", "A value has the wrong type"),
        new("KD1004", "A required key is missing"),
        new("KD1005", "A value is out of range or has the wrong form"),
        new("KD1006", "A name is unknown"),
        new("KD1007", "Keys contradict each other"),
        new("KD1008", "The recipe's file is missing or unreadable"),

        new("KD1100", "A data file is missing"),
        new("KD1101", "A data file is empty"),
        new("KD1102", "A data file is not UTF-8, or its gzip stream is damaged or cut"),
        new("KD1103", "A column is missing or ambiguous"),
        new("KD1104", "Too many rows are bad"),
        new("KD1105", "The training rows have only one class or score"),
        new("KD1106", "Some labels do not occur in the training rows"),
        new("KD1107", "No reference documentation was found for the built-in data"),
        new("KD1108", "The format of a data file is unknown"),
        new("KD1109", "A label is given twice"),
        new("KD1110", "A file of images is damaged, cut or of another format"),
        new("KD1111", "Images and labels are not equally many"),
        new("KD1112", "Images of different splits have different sizes"),
        new("KD1120", "A transformation of the data is not possible"),

        new("KD1201", "The model's kind is unknown"),
        new("KD1202", "A checkpoint is incomplete"),
        new("KD1203", "A safetensors file is damaged"),
        new("KD1204", "A checkpoint's tensors do not fit the model"),
        new("KD1205", "The sizes of the model are not possible"),
        new("KD1206", "The device is absent"),
        new("KD1207", "A tokenizer's file is damaged, or asks for what cannot be done"),
        new("KD1208", "A resume checkpoint is damaged"),
        new("KD1209", "The loss is not finite"),
        new("KD1210", "Libtorch cannot be loaded"),
        new("KD1211", "Libtorch has another version than TorchSharp was built for"),
        new("KD1212", "A checkpoint's weights are not finite"),
        new("KD1215", "A published model asks for what cannot be done here"),
        new("KD1216", "A published model has no head"),
        new("KD1217", "A folder to begin with does not fit the model or the run"),
        new("KD1219", "A text cannot be encoded"),
        new("KD1221", "The objective is unknown"),
        new("KD1222", "The weighting or one of its options is unknown"),
        new("KD1223", "The learning rate's decay is unknown"),
        new("KD1224", "The optimizer is unknown"),
        new("KD1225", "The folder holds another training, or the run began with other data or teachers"),
        new("KD1226", "The schedule is unknown"),

        new("KD1227", "A loss does not fit student and teachers"),
        new("KD1228", "The loop is unknown"),
        new("KD1229", "The loop does not fit the model or the data"),
        new("KD1230", "A part to freeze is not one of the model's, or all of them are"),
        new("KD1231", "The augmentation does not fit the tokenizer"),
        new("KD1240", "A model cannot be written as ONNX"),
        new("KD1241", "An ONNX model cannot be read, or its inputs or outputs do not fit"),
        new("KD1242", "ONNX Runtime has not that device"),
        new("KD1243", "A deployment asks for what does not go with its folder"),
        new("KD1244", "A TorchScript file cannot be read, or its inputs or outputs do not fit"),
        new("KD1301", "A teacher's labels are not the student's"),
        new("KD1303", "Soft targets are not finite"),
        new("KD1304", "The teacher uses another tokenizer"),
        new("KD1305", "The teacher does not serve that output"),
        new("KD1306", "The teacher is not reachable"),
        new("KD1307", "The teacher's classes are not the student's"),
        new("KD1308", "There is no such teacher"),
        new("KD1309", "A request has too many rows"),
        new("KD1310", "Instances of a request are not valid"),
        new("KD1311", "A teacher's forward pass failed"),
        new("KD1312", "The teacher's name now stands for another model"),
        new("KD1313", "A teacher's reply is malformed"),
        new("KD1320", "A teacher's queue is full"),
        new("KD1321", "The replicas of a teacher are not the same model"),
        new("KD1322", "No further silo can take a replica of the teacher"),
        new("KD1323", "The numbers of replicas are not a valid range"),
        new("KD1324", "A teacher cannot be served in that encoding"),
        new("KD1325", "A replica answers otherwise than the first one"),
        new("KD1326", "A teacher cannot be computed in that precision"),
        new("KD1340", "A client's options are not valid"),
        new("KD1341", "Tensors of an inference request do not match the model"),
        new("KD1342", "The model has another version"),
        new("KD1343", "An inference server and the recipe do not describe a complete teacher"),
        new("KD1344", "An inference server refused a request"),
        new("KD1345", "A teacher's answers look like probabilities, not logits"),
        new("KD1350", "A learned policy does not fit the run"),
        new("KD1351", "There is no learned policy"),
        new("KD1352", "The policy cannot be asked about a text alone"),

        new("KD1401", "The store is not reachable"),
        new("KD1402", "The store's folder is not usable"),
        new("KD1403", "Soft targets cannot be written"),
        new("KD1404", "The store's address is not valid"),
        new("KD1405", "The silo keeps no soft targets"),

        new("KD1501", "There is no such run"),
        new("KD1502", "The run has no report yet"),
        new("KD1503", "The recipe names no teachers, so there are no soft targets to keep"),
        new("KD1504", "Another silo has taken over the student"),
        new("KD1505", "The silo computes with another number of threads than the run"),
        new("KD1506", "The student's policy was lost too often"),
        new("KD1507", "The run has no such student"),
        new("KD1508", "There are no weights of single instances yet"),
        new("KD1509", "There is no such training row"),
        new("KD1510", "A teacher of the recipe could not be trained"),
        new("KD1511", "The recipe trains its own teachers, which only a run does"),
        new("KD1599", "An unexpected failure: a bug in KdCluster"),

        new("KD1601", "The silo is not reachable"),
        new("KD1602", "No silo runs, or another one holds the home"),
        new("KD1603", "A grain's state file is damaged"),
        new("KD1604", "A name has characters that are not allowed"),
        new("KD1605", "The silo's address cannot be used"),
        new("KD1606", "A setting's name or value is wrong"),
        new("KD1607", "Settings contradict each other"),
        new("KD1608", "Redis does not answer"),
        new("KD1609", "The silo does not belong to this cluster"),
        new("KD1610", "A host name has no address"),
        new("KD1611", "The silo cannot join a cluster"),
        new("KD1612", "No silo can take the work"),
        new("KD1613", "The configuration file cannot be read"),
        new("KD1614", "There is no dashboard"),
        new("KD1620", "The disk is full"),

        new("KD1701", "There is no such command"),
        new("KD1702", "There is no such option"),
        new("KD1703", "Something that a command needs is missing"),
        new("KD1704", "A value on the command line is wrong"),
        new("KD1705", "The command line has too many words"),
        new("KD1706", "The silo's address or options are not valid"),
        new("KD1707", "The command needs a running silo"),
        new("KD1708", "There is no checkpoint that this machine can read"),
        new("KD1709", "A program that the command needs is not installed"),
        new("KD1710", "A process that the command started ended too soon"),
        new("KD1798", "A file cannot be used"),
        new("KD1799", "Unexpected: a bug in the command line"),

        new("KD1801", "The token is missing, or this silo does not know it"),
        new("KD1802", "The token's role may not do this"),
        new("KD1803", "A limit of the token is reached"),
        new("KD1804", "The token file cannot be used"),
        new("KD1805", "The silo would serve other machines without TLS and tokens"),
        new("KD1806", "Certificates cannot be used"),
        new("KD1807", "A path lies outside the folders that clients may name"),
        new("KD1808", "A recipe contains a password"),
        new("KD1809", "The token does not exist, or exists already"),
        new("KD1810", "A message cannot be read"),
        new("KD1811", "The run belongs to another token"),

        new("KD1901", "Metrics and probes cannot be served"),
        new("KD1902", "The file with a setting's value cannot be read"),
    ];

    /// <summary>What the first two digits say.</summary>
    internal static readonly (string Prefix, string Title)[] Ranges =
    [
        ("KD01", "Set-up"),
        ("KD10", "Recipes"),
        ("KD11", "Data"),
        ("KD12", "Models, checkpoints and training"),
        ("KD13", "Teachers and soft targets"),
        ("KD14", "The store"),
        ("KD15", "Runs"),
        ("KD16", "Cluster and network"),
        ("KD17", "The command line"),
        ("KD18", "Security"),
        ("KD19", "Metrics and deployment"),
    ];

    /// <summary>The title of a code, null for one that does not exist.</summary>
    public static string? Title(string code) => All.FirstOrDefault(e => e.Code == code)?.Title;

    /// <summary>The page <c>docs/errors.md</c>.</summary>
    public static string Generate()
    {
        StringBuilder text = new("# Error codes\n\nEvery message has a code, the place, what is wrong there, and what to do. A code never changes its meaning.\n");
        foreach ((string prefix, string title) in Ranges)
        {
            List<ErrorEntry> entries = [.. All.Where(e => e.Code.StartsWith(prefix, StringComparison.Ordinal))];
            if (entries.Count == 0)
                continue;
            text.Append($"\n## {prefix}xx {title}\n\n| code | meaning |\n| --- | --- |\n");
            foreach (ErrorEntry entry in entries)
                text.Append($"| `{entry.Code}` | {entry.Title} |\n");
        }

        return text.ToString();
    }
}
