Console.WriteLine("kd");
