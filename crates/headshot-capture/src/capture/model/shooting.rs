use super::{
    super::{
        camera::Camera,
        message::{Effect, Event, Message},
        name,
        words::Phrase,
    },
    Model, Phase,
};

const COUNTDOWN_S: u8 = 3;

impl Model {
    pub(super) fn update_camera(&mut self, message: &Message) -> Vec<Effect> {
        match (message, self.camera) {
            (Message::OpenCamera, Camera::Off) if self.phase == Phase::Collecting => {
                self.camera_fault = None;
                self.set_camera(Camera::Asking, vec![Effect::OpenCamera])
            }
            (Message::CameraOpened, Camera::Asking)
            | (Message::TakePhoto, Camera::Counting(_))
            | (Message::Retake, Camera::Taken) => self.set_camera(Camera::Live, Vec::new()),
            (Message::CameraFailed(fault), _) => {
                self.camera_fault = Some(*fault);
                [self.close_camera(), vec![Effect::Emit(Event::of_camera(*fault))]].concat()
            }
            (Message::CloseCamera, _) => self.close_camera(),
            (Message::TakePhoto, Camera::Live) => self.count(COUNTDOWN_S),
            (Message::Tick, Camera::Counting(1)) => {
                let taken = Effect::Announce(self.language.plain(Phrase::Taken));
                self.set_camera(Camera::Taken, vec![Effect::Shoot, taken])
            }
            (Message::Tick, Camera::Counting(seconds)) => self.count(seconds - 1),
            (Message::Kept(bytes), Camera::Taken) => {
                self.camera = Camera::Live;
                let name = name::of_shot(&self.names());
                self.add(vec![(name, *bytes)])
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn close_camera(&mut self) -> Vec<Effect> {
        match self.camera {
            Camera::Off => Vec::new(),
            _ => self.set_camera(Camera::Off, vec![Effect::CloseCamera]),
        }
    }

    fn count(&mut self, seconds: u8) -> Vec<Effect> {
        self.set_camera(Camera::Counting(seconds), vec![Effect::Tick, Effect::Announce(seconds.to_string())])
    }

    fn set_camera(&mut self, camera: Camera, effects: Vec<Effect>) -> Vec<Effect> {
        self.camera = camera;
        effects
    }
}
