using System.Globalization;
using MergeOps.Benchmarks;

return args switch
{
    ["floor", var inputs, var models, var output] => Floor.Run(int.Parse(inputs, CultureInfo.InvariantCulture), models, output),
    ["merge", var method, var models, var output] => MethodRun.Run(method, models, output),
    ["models", var layers, var models] => RandomModels.Write(models, int.Parse(layers, CultureInfo.InvariantCulture)),
    ["sweep", var method, var models, var output] => SweepRun.Run(method, models, output),
    ["device", var device, var layers, var folder] => DeviceTable.Print(device, int.Parse(layers, CultureInfo.InvariantCulture), folder),
    ["startup", var program, var recipe] => StartUpTable.Print(program, recipe),
    _ => SpeedTable.Print(BenchmarkSettings.Parse(args)),
};
